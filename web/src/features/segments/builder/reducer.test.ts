import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Operator } from '@/lib/filter/types'
import { textOf } from './canonical'
import { plain } from './draft'
import { find, isGroupNode, sizeOf, treeOf, walk, type GroupNode } from './model'
import { begin, coalesced, reduce, steps, type Action, type State } from './reducer'

const rule = (city: string) => ({ field: 'city', operator: 'eq' as Operator, value: city })
const tree = () =>
  treeOf({ combinator: 'and', rules: [rule('a'), { combinator: 'or', rules: [rule('b'), rule('c')] }, rule('d')] })
const cities = (root: GroupNode) => {
  const found: unknown[] = []
  walk(root, (node) => void (!isGroupNode(node) && found.push(node.value)))
  return found
}
const id = (state: State, ...path: number[]): string => {
  let node = state.root as GroupNode
  for (const at of path) node = node.rules[at] as GroupNode
  return node.id
}

const kinds = ['remove', 'duplicate', 'up', 'down', 'in', 'out', 'rule', 'group', 'heading', 'set'] as const
const moves = fc.array(fc.tuple(fc.constantFrom(...kinds), fc.nat()), { maxLength: 30 })

function actionOf(state: State, kind: (typeof kinds)[number], pick: number, now: number): Action {
  const ids: string[] = []
  walk(state.root, (node) => void ids.push(node.id))
  const chosen = ids[pick % ids.length]!
  const { node } = find(state.root, chosen)!
  const group = isGroupNode(node) ? chosen : state.root.id
  if (kind === 'rule' || kind === 'group') return { do: 'add', kind, into: group }
  if (kind === 'heading') return { do: 'heading', id: group, combinator: pick % 2 ? 'or' : 'and', not: pick % 3 === 0 }
  if (kind === 'set') return { do: 'set', id: chosen, change: isGroupNode(node) ? {} : { value: pick }, now }
  return { do: kind, id: chosen }
}

test('any steps are undone and redone to the same filter', () => {
  fc.assert(
    fc.property(moves, (list) => {
      let state = begin(tree())
      const seen = [state.root]
      list.forEach(([kind, pick], at) => {
        state = reduce(state, actionOf(state, kind, pick, at * 10_000))
        if (state.root !== seen.at(-1)) seen.push(state.root)
        const ids: string[] = []
        walk(state.root, (node) => void ids.push(node.id))
        expect(new Set(ids).size).toBe(ids.length)
      })
      for (const before of seen.slice(0, -1).reverse()) {
        state = reduce(state, { do: 'undo' })
        expect(state.root).toBe(before)
      }
      for (let n = 1; n < seen.length; n++) state = reduce(state, { do: 'redo' })
      expect(JSON.stringify(plain(state.root))).toBe(JSON.stringify(plain(seen.at(-1)!)))
    }),
  )
})

test('typing in one place is one step until it rests; another place is another step', () => {
  let state = begin(tree())
  const type = (at: number, value: string, now: number) =>
    (state = reduce(state, { do: 'set', id: id(state, at), change: { value }, typing: true, now }))
  type(0, 'N', 0)
  type(0, 'Na', coalesced - 1)
  type(2, 'K', coalesced)
  type(2, 'Ki', 3 * coalesced)
  expect(state.past).toHaveLength(3)
  state = reduce(reduce(state, { do: 'undo' }), { do: 'undo' })
  expect(cities(state.root)).toEqual(['Na', 'b', 'c', 'd'])
})

test('at most a hundred steps are kept', () => {
  let state = begin(tree())
  for (let n = 0; n < 150; n++) state = reduce(state, { do: 'add', kind: 'rule', into: state.root.id })
  expect(state.past).toHaveLength(steps)
})

test('a row moves into the group beside it, out of it again, and never past the ends', () => {
  let state = begin(tree())
  state = reduce(state, { do: 'in', id: id(state, 2) })
  expect(cities(state.root)).toEqual(['a', 'b', 'c', 'd'])
  expect((state.root.rules[1] as GroupNode).rules).toHaveLength(3)
  state = reduce(state, { do: 'out', id: id(state, 1, 0) })
  expect(cities(state.root)).toEqual(['a', 'c', 'd', 'b'])
  const still = reduce(state, { do: 'up', id: id(state, 0) })
  expect(still).toBe(state)
  expect(reduce(state, { do: 'out', id: id(state, 0) })).toBe(state)
})

test('the last row that leaves a group takes the group with it', () => {
  let state = begin(treeOf({ combinator: 'and', rules: [{ combinator: 'or', rules: [rule('a')] }] }))
  state = reduce(state, { do: 'out', id: id(state, 0, 0) })
  expect(sizeOf(state.root)).toEqual({ rules: 1, levels: 1 })
})

test('rows of related records stay with them', () => {
  const where = { combinator: 'and' as const, rules: [{ field: 'status', operator: 'in' as Operator, value: ['open'] }] }
  let state = begin(treeOf({ combinator: 'and', rules: [{ field: 'conversations', operator: 'any', where }] }))
  const [row] = state.root.rules
  const inner = row && !isGroupNode(row) ? row.where!.rules[0]!.id : ''
  expect(reduce(state, { do: 'out', id: inner })).toBe(state)
  state = reduce(state, { do: 'duplicate', id: inner })
  expect(plain(state.root).rules[0]).toMatchObject({ where: { rules: [{ field: 'status' }, { field: 'status' }] } })
})

test('the focus goes to a new field, to the row after a removed one, and follows an undo', () => {
  let state = begin(tree())
  state = reduce(state, { do: 'add', kind: 'rule', into: state.root.id, after: id(state, 0) })
  expect(state.focus).toMatchObject({ id: id(state, 1), part: 'field' })
  const next = id(state, 2)
  state = reduce(state, { do: 'remove', id: id(state, 1) })
  expect(state.focus).toMatchObject({ id: next, part: 'row' })
  state = reduce(state, { do: 'set', id: id(state, 1, 1), change: { value: 'z' }, now: 0 })
  state = reduce(state, { do: 'undo' })
  expect(state.focus?.id).toBe(id(state, 1, 1))
})

test('the text of a tree is the same for the same rules, and another one after each change', () => {
  const state = begin(tree())
  expect(textOf(state.root)).toBe(textOf(tree()))
  const changes: Action[] = [
    { do: 'set', id: id(state, 1, 0), change: { value: 'e' }, now: 0 },
    { do: 'set', id: id(state, 0), change: { where: tree() }, now: 0 },
    { do: 'heading', id: id(state, 1), combinator: 'or', not: true },
    { do: 'remove', id: id(state, 1, 1) },
    { do: 'down', id: id(state, 0) },
  ]
  const texts = new Set([textOf(state.root), ...changes.map((change) => textOf(reduce(state, change).root))])
  expect(texts.size).toBe(changes.length + 1)
})
