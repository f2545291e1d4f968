import { isGroup, type Group, type Rule } from '@/lib/filter/types'

/** RuleNode is a row of the builder. It may be unfinished: a field or value that nobody has chosen yet is empty. */
export interface RuleNode {
  id: string
  field: string
  operator: string
  value?: unknown
  where?: GroupNode
  salt?: string
}

/** GroupNode is a card of the builder. Ids stay the same while rows move, and are never sent. */
export interface GroupNode {
  id: string
  combinator: 'and' | 'or'
  not: boolean
  rules: Node[]
}

export type Node = RuleNode | GroupNode

/** What the server takes at most. */
export const limits = { levels: 32, rules: 500, values: 10_000, characters: 1_000 }

let last = 0

/** newID names a node of this page. */
export function newID(): string {
  last += 1
  return `n${last}`
}

/** isGroupNode tells a group from a row. */
export function isGroupNode(node: Node): node is GroupNode {
  return 'rules' in node
}

/** emptyGroup is a group without rules: as the outermost one, everyone. */
export function emptyGroup(combinator: 'and' | 'or' = 'and'): GroupNode {
  return { id: newID(), combinator, not: false, rules: [] }
}

/** emptyRule is a row in which nothing is chosen. */
export function emptyRule(): RuleNode {
  return { id: newID(), field: '', operator: '' }
}

/** treeOf makes rows of a filter, each with an id of its own. */
export function treeOf(filter: Partial<Group> | undefined | null): GroupNode {
  return {
    id: newID(),
    combinator: filter?.combinator ?? 'and',
    not: filter?.not ?? false,
    rules: (filter?.rules ?? []).map((node) => (isGroup(node) ? treeOf(node) : rowOf(node))),
  }
}

function rowOf({ field, operator, value, where, salt }: Rule): RuleNode {
  return {
    id: newID(),
    field,
    operator,
    ...(value !== undefined && { value }),
    ...(where && { where: treeOf(where) }),
    ...(salt !== undefined && { salt }),
  }
}

/** copyOf is a node with new ids throughout. */
export function copyOf<T extends Node>(node: T): T {
  if (isGroupNode(node)) return { ...node, id: newID(), rules: node.rules.map(copyOf) }
  const rule: RuleNode = node
  return { ...rule, id: newID(), ...(rule.where && { where: copyOf(rule.where) }) } as T
}

/** childrenOf are the rows directly inside a node; those of a rule on related records are in its `where`. */
export function childrenOf(node: Node): Node[] {
  return isGroupNode(node) ? node.rules : (node.where?.rules ?? [])
}

/** walk visits a node and all inside of it, from the top down, with how deep each is. */
export function walk(node: Node, visit: (node: Node, depth: number) => void, depth = 0): void {
  visit(node, depth)
  for (const child of childrenOf(node)) walk(child, visit, depth + 1)
}

/** sizeOf counts the rules of a tree and its levels of groups, as the server does. */
export function sizeOf(root: GroupNode): { rules: number; levels: number } {
  const size = { rules: 0, levels: 1 }
  const count = (node: Node, level: number) => {
    if (isGroupNode(node)) size.levels = Math.max(size.levels, level)
    else {
      size.rules += 1
      if (node.where) count(node.where, level + 1)
      return
    }
    for (const child of node.rules) count(child, isGroupNode(child) ? level + 1 : level)
  }
  count(root, 1)
  return size
}

/** find is the node of an id, with the group that it stands in and its place there. */
export function find(root: GroupNode, id: string): { node: Node; parent?: GroupNode; at: number } | undefined {
  if (root.id === id) return { node: root, at: 0 }
  for (const [at, node] of root.rules.entries()) {
    if (node.id === id) return { node, parent: root, at }
    const inner = isGroupNode(node) ? node : node.where
    const found = inner && find(inner, id)
    if (found) return found
  }
  return undefined
}

/** edited is a tree in which one node is another one. Nodes that do not change stay the very same objects. */
export function edited(root: GroupNode, id: string, edit: (node: Node) => Node): GroupNode {
  if (root.id === id) return edit(root) as GroupNode
  let changed = false
  const rules = root.rules.map((node) => {
    const next = editedNode(node, id, edit)
    changed ||= next !== node
    return next
  })
  return changed ? { ...root, rules } : root
}

function editedNode(node: Node, id: string, edit: (node: Node) => Node): Node {
  if (node.id === id) return edit(node)
  if (isGroupNode(node)) return edited(node, id, edit)
  if (!node.where) return node
  const where = edited(node.where, id, edit)
  return where === node.where ? node : { ...node, where }
}
