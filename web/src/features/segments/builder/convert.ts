import type { Group, Operator, Rule } from '@/lib/filter/types'
import { relatedEntity, type Catalog, type Entity, type Field } from './catalog'
import { isGroupNode, type GroupNode, type Node, type RuleNode } from './model'
import { controlOf } from './operators'
import { isPeriod, unitsOf } from './period'

/** Why a row cannot be sent. */
export type Lack = 'field' | 'operator' | 'value' | 'list' | 'ends' | 'number' | 'period' | 'rules'

/** Sent is a tree as it goes to the server, without what is not finished. */
export interface Sent {
  filter: Group
  /** The node at each place of the filter, like `filter.rules[1].rules[0]`. */
  places: Map<string, string>
  unfinished: { id: string; lack: Lack }[]
}

/** sentOf turns a tree into a filter. Where everything is finished, treeOf and sentOf undo each other. */
export function sentOf(root: GroupNode, catalog: Catalog): Sent {
  const sent: Sent = { filter: { combinator: root.combinator, rules: [] }, places: new Map(), unfinished: [] }
  sent.filter = groupOf(root, 'filter', 'contact', catalog, sent)
  return sent
}

function groupOf(group: GroupNode, place: string, entity: Entity, catalog: Catalog, sent: Sent): Group {
  sent.places.set(place, group.id)
  const rules: (Rule | Group)[] = []
  for (const node of group.rules) {
    const made = nodeOf(node, `${place}.rules[${rules.length}]`, entity, catalog, sent)
    if (made) rules.push(made)
  }
  // Nothing is the opposite of everyone: an outermost group that lost all of its rules has to stay everyone.
  const not = group.not && (rules.length > 0 || group.rules.length === 0)
  return { combinator: group.combinator, ...(not && { not }), rules }
}

function nodeOf(node: Node, place: string, entity: Entity, catalog: Catalog, sent: Sent): Rule | Group | undefined {
  if (!isGroupNode(node)) return ruleOf(node, place, entity, catalog, sent)
  if (node.rules.length === 0) {
    sent.unfinished.push({ id: node.id, lack: 'rules' })
    return undefined
  }
  const group = groupOf(node, place, entity, catalog, sent)
  if (group.rules.length === 0) sent.places.delete(place)
  return group.rules.length > 0 ? group : undefined
}

function ruleOf(row: RuleNode, place: string, entity: Entity, catalog: Catalog, sent: Sent): Rule | undefined {
  const lack = lackOf(row, catalog[entity].get(row.field))
  if (lack) {
    sent.unfinished.push({ id: row.id, lack })
    return undefined
  }
  sent.places.set(place, row.id)
  const inner = relatedEntity(row.field)
  const where = row.where && inner ? groupOf(row.where, `${place}.where`, inner, catalog, sent) : undefined
  return {
    field: row.field,
    operator: row.operator as Operator,
    ...(row.value !== undefined && { value: row.value }),
    ...(where && { where }),
    ...(row.salt !== undefined && { salt: row.salt }),
  }
}

const blank = (value: unknown) => value === undefined || value === null || (typeof value === 'string' && value.trim() === '')
const numeric = /^-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/
const isNumber = (value: unknown) =>
  typeof value === 'number' || (typeof value === 'string' && numeric.test(value.trim())) || typeof value === 'object'

/** lackOf is what a row still needs. Of a field that nobody knows any more, only the server can say. */
export function lackOf(row: RuleNode, field: Field | undefined): Lack | undefined {
  if (row.field === '') return 'field'
  if (row.operator === '') return 'operator'
  if (!field) return undefined
  return lackOfValue(row, field)
}

function lackOfValue({ value, operator }: RuleNode, field: Field): Lack | undefined {
  switch (controlOf(field.kind, operator)) {
    case 'none':
      return undefined
    case 'texts':
    case 'numbers':
      return Array.isArray(value) && value.length > 0 ? undefined : 'list'
    case 'range':
    case 'days':
      if (typeof value === 'string') return undefined // both ends in one text
      if (!Array.isArray(value) || value.length !== 2 || value.some(blank)) return 'ends'
      return field.kind === 'date' || field.kind === 'instant' || value.every(isNumber) ? undefined : 'number'
    case 'number':
    case 'count':
    case 'share':
      if (blank(value)) return 'value'
      return isNumber(value) ? undefined : 'number'
    case 'period':
      return isPeriod(value) ? undefined : 'period'
    case 'unit':
    case 'units':
      return unitsOf(value) ? undefined : 'period'
    default:
      return blank(value) ? 'value' : undefined
  }
}
