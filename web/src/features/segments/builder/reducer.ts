import { copyOf, edited, emptyGroup, emptyRule, find, isGroupNode, type GroupNode, type Node, type RuleNode } from './model'

/** Where the focus goes after a change. `n` differs each time, so that the same place can be asked for twice. */
export interface Focus {
  id: string
  part: 'row' | 'field' | 'value'
  n: number
}

/** State is what is built, and how it came to be. */
export interface State {
  root: GroupNode
  past: GroupNode[]
  future: GroupNode[]
  focus?: Focus
  /** What the last change was, when the next one may be a part of it: the typing in one place. */
  typed?: { place: string; at: number }
}

export type Action =
  | { do: 'set'; id: string; change: Partial<Omit<RuleNode, 'id'>>; typing?: boolean; now: number; focus?: Focus['part'] }
  | { do: 'heading'; id: string; combinator: 'and' | 'or'; not: boolean }
  | { do: 'add'; kind: 'rule' | 'group'; into: string; after?: string; rule?: RuleNode }
  | { do: 'remove' | 'duplicate' | 'up' | 'down' | 'in' | 'out'; id: string }
  | { do: 'replace'; root: GroupNode }
  | { do: 'reset'; root: GroupNode }
  | { do: 'undo' | 'redo' }

/** How many steps can be undone, and for how many milliseconds typing is one step. */
export const steps = 100
export const coalesced = 500

/** begin is the state of a tree to which nothing was done yet. */
export function begin(root: GroupNode): State {
  return { root, past: [], future: [] }
}

/** reduce answers an action. What cannot be done changes nothing. */
export function reduce(state: State, action: Action): State {
  switch (action.do) {
    case 'undo':
      return back(state)
    case 'redo':
      return forth(state)
    case 'reset':
      return begin(action.root)
    case 'set':
      return set(state, action)
    default: {
      const next = changed(state.root, action)
      return next ? done(state, next.root, next.focus) : state
    }
  }
}

function set(state: State, action: Extract<Action, { do: 'set' }>): State {
  const { id, change, typing = false, now } = action
  const root = edited(state.root, id, (node) => ({ ...node, ...change }) as Node)
  if (root === state.root) return state
  const place = `${id} ${Object.keys(change).sort().join()}`
  const goesOn = typing && state.typed?.place === place && now - state.typed.at < coalesced
  const next = goesOn
    ? { ...state, root, future: [] }
    : done(state, root, action.focus ? { id, part: action.focus } : undefined)
  if (typing) return { ...next, typed: { place, at: now } }
  const { typed: _, ...still } = next
  return still
}

function done(state: State, root: GroupNode, focus?: Omit<Focus, 'n'>): State {
  const past = [...state.past, state.root].slice(-steps)
  return { root, past, future: [], ...focused(state, focus) }
}

function focused(state: State, focus?: Omit<Focus, 'n'>): { focus?: Focus } {
  if (focus) return { focus: { ...focus, n: (state.focus?.n ?? 0) + 1 } }
  return state.focus ? { focus: state.focus } : {}
}

function back(state: State): State {
  const root = state.past.at(-1)
  if (!root) return state
  const future = [state.root, ...state.future]
  return { root, past: state.past.slice(0, -1), future, ...focused(state, difference(root, state.root)) }
}

function forth(state: State): State {
  const [root, ...future] = state.future
  if (!root) return state
  return { root, past: [...state.past, state.root], future, ...focused(state, difference(root, state.root)) }
}

/** difference is the node of `now` that a step has changed, so that the focus can follow it. */
function difference(now: GroupNode, before: GroupNode): Omit<Focus, 'n'> {
  const others = new Map(before.rules.map((node) => [node.id, node]))
  const fresh = now.rules.find((node) => others.get(node.id) !== node)
  if (!fresh) return { id: now.rules[firstMoved(now, before)]?.id ?? now.id, part: 'row' }
  const other = others.get(fresh.id)
  if (!other) return { id: fresh.id, part: 'row' }
  if (isGroupNode(fresh) && isGroupNode(other)) return difference(fresh, other)
  if (!isGroupNode(fresh) && !isGroupNode(other) && fresh.where && other.where && fresh.where !== other.where) {
    return difference(fresh.where, other.where)
  }
  return { id: fresh.id, part: 'row' }
}

function firstMoved(now: GroupNode, before: GroupNode): number {
  const at = now.rules.findIndex((node, i) => before.rules[i]?.id !== node.id)
  return at >= 0 ? at : now.rules.length - 1
}

type Structural = Exclude<Action, { do: 'undo' | 'redo' } | { do: 'set' } | { do: 'reset' }>
interface Changed {
  root: GroupNode
  focus?: Omit<Focus, 'n'>
}

function changed(root: GroupNode, action: Structural): Changed | undefined {
  switch (action.do) {
    case 'replace':
      return { root: action.root, focus: { id: action.root.id, part: 'row' } }
    case 'heading': {
      const { id, combinator, not } = action
      return { root: edited(root, id, (node) => ({ ...node, combinator, not }) as Node) }
    }
    case 'add':
      return added(root, action)
    default:
      return moved(root, action.do, action.id)
  }
}

function added(root: GroupNode, { kind, into, after, rule }: Extract<Action, { do: 'add' }>): Changed {
  const row = rule ?? emptyRule()
  const inner = kind === 'group' ? row : undefined
  const group = find(root, into)?.node
  const combinator = group && isGroupNode(group) && group.combinator === 'and' ? 'or' : 'and'
  const node = inner ? { ...emptyGroup(combinator), rules: [inner] } : row
  const next = edited(root, into, (parent) => {
    if (!isGroupNode(parent)) return parent
    const at = after ? parent.rules.findIndex((child) => child.id === after) + 1 : parent.rules.length
    return { ...parent, rules: parent.rules.toSpliced(at, 0, node) }
  })
  return { root: next, focus: { id: row.id, part: rule ? 'row' : 'field' } }
}

function moved(root: GroupNode, how: 'remove' | 'duplicate' | 'up' | 'down' | 'in' | 'out', id: string): Changed | undefined {
  const found = find(root, id)
  if (!found?.parent) return undefined
  const { node, parent, at } = found
  const siblings = (rules: Node[]) => edited(root, parent.id, () => ({ ...parent, rules }))
  switch (how) {
    case 'remove': {
      const rules = parent.rules.toSpliced(at, 1)
      return { root: siblings(rules), focus: { id: (rules[at] ?? rules[at - 1] ?? parent).id, part: 'row' } }
    }
    case 'duplicate': {
      const copy = copyOf(node)
      return { root: siblings(parent.rules.toSpliced(at + 1, 0, copy)), focus: { id: copy.id, part: 'row' } }
    }
    case 'up':
    case 'down': {
      const to = how === 'up' ? at - 1 : at + 1
      if (to < 0 || to >= parent.rules.length) return undefined
      return { root: siblings(parent.rules.toSpliced(at, 1).toSpliced(to, 0, node)), focus: { id, part: 'row' } }
    }
    case 'in':
      return inwards(parent, at, node, siblings)
    case 'out':
      return outwards(root, parent, at, node)
  }
}

/** inwards puts a row into the group above or below it, or into a new one of its own. */
function inwards(parent: GroupNode, at: number, node: Node, siblings: (rules: Node[]) => GroupNode): Changed {
  const [above, below] = [parent.rules[at - 1], parent.rules[at + 1]]
  const focus = { id: node.id, part: 'row' as const }
  const into = (group: GroupNode, rules: Node[]) =>
    siblings(parent.rules.flatMap((n) => (n === node ? [] : n === group ? [{ ...group, rules }] : [n])))
  if (above && isGroupNode(above)) return { root: into(above, [...above.rules, node]), focus }
  if (below && isGroupNode(below)) return { root: into(below, [node, ...below.rules]), focus }
  const group = { ...emptyGroup(parent.combinator === 'and' ? 'or' : 'and'), rules: [node] }
  return { root: siblings(parent.rules.with(at, group)), focus }
}

/** outwards puts a row behind the group that it stands in. A group without rows goes; a `where` is never left. */
function outwards(root: GroupNode, parent: GroupNode, at: number, node: Node): Changed | undefined {
  const outer = find(root, parent.id)
  const around = outer?.parent
  if (!outer || !around || !around.rules.includes(parent)) return undefined
  const rest = parent.rules.toSpliced(at, 1)
  const kept = rest.length > 0 ? [{ ...parent, rules: rest }, node] : [node]
  const rules = around.rules.toSpliced(outer.at, 1, ...kept)
  return { root: edited(root, around.id, () => ({ ...around, rules })), focus: { id: node.id, part: 'row' } }
}
