import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Group, Operator, Rule } from '@/lib/filter/types'
import { catalogOf, type Catalog } from './catalog'
import { sentOf } from './convert'
import { canonical } from './canonical'
import { emptyRule, isGroupNode, newID, treeOf, type GroupNode } from './model'
import { controlOf, operators, type Control } from './operators'

const attribute = (key: string, type: 'text' | 'list' | 'currency' | 'date' | 'checkbox', more = {}) =>
  ({ entity: 'contact', key, label: key, type, created_at: '', updated_at: '', version: 1, ...more }) as const
const labels = { field: (key: string) => key, changed: (key: string) => key, company: (key: string) => key }
export const catalog: Catalog = catalogOf(
  [
    attribute('tier', 'list', { options: ['free', 'pro'] }), attribute('mrr', 'currency', { currency: 'USD' }),
    attribute('renewal', 'date'), attribute('optin', 'checkbox', { three_state: true }), attribute('job', 'text'),
  ],
  labels,
)

const text = fc.string({ minLength: 1, maxLength: 12 }).filter((s) => s.trim() !== '')
const number = fc.oneof(fc.integer(), fc.constantFrom('12.5', '-3', '100'))
const unit = fc.constantFrom('day', 'week', 'month', 'quarter', 'year')
const valueOf: Record<Control, fc.Arbitrary<unknown>> = {
  none: fc.constant(undefined), text, number,
  texts: fc.array(text, { minLength: 1, maxLength: 4 }),
  numbers: fc.array(number, { minLength: 1, maxLength: 4 }),
  range: fc.tuple(number, number),
  day: fc.constantFrom('2026-11-22', '2026-11-22T09:30:00Z'),
  days: fc.constant(['2026-01-01', '2026-12-31']),
  period: fc.constantFrom('P30D', 'P1Y6M', 'PT12H', 'P2W'),
  unit,
  units: fc.oneof(unit, fc.record({ n: fc.integer({ min: 1, max: 99 }), unit })),
  yes: fc.boolean(),
  count: fc.nat(100),
  share: fc.nat(10_000),
}

function rules(fields: (typeof catalog)['contact'], where?: fc.Arbitrary<Group>): fc.Arbitrary<Rule> {
  return fc.constantFrom(...fields.values()).chain((field) =>
    fc.constantFrom(...operators[field.kind]).chain((operator) =>
      fc.record({
        value: valueOf[controlOf(field.kind, operator)],
        where: field.kind === 'related' && where ? fc.option(where, { nil: undefined }) : fc.constant(undefined),
        salt: field.kind === 'bucket' ? fc.option(text, { nil: undefined }) : fc.constant(undefined),
      }).map(({ value, where: inner, salt }): Rule => ({
        field: field.key, operator: operator as Operator,
        ...(value !== undefined && { value }), ...(inner && field.key === 'conversations' && { where: inner }), ...(salt !== undefined && { salt }),
      })),
    ),
  )
}
const join = fc.record({ combinator: fc.constantFrom('and' as const, 'or' as const), not: fc.boolean() })
const grouped = (nodes: fc.Arbitrary<Rule | Group>, least = 1): fc.Arbitrary<Group> =>
  fc.tuple(join, fc.array(nodes, { minLength: least, maxLength: 4 })).map(([{ combinator, not }, inner]) => ({
    combinator, ...(not && { not }), rules: inner,
  }))
const inside = grouped(rules(catalog.conversations))
const leaf = rules(catalog.contact, inside)
const deep = grouped(fc.oneof(leaf, grouped(fc.oneof(leaf, grouped(leaf)))), 0)

test('a filter comes back from its rows as it was', () => {
  fc.assert(
    fc.property(deep, (filter) => {
      const sent = sentOf(treeOf(filter), catalog)
      expect(sent.unfinished).toEqual([])
      expect(canonical(sent.filter)).toBe(canonical(filter))
    }),
  )
})

test('each place of a filter leads to the row that was sent there', () => {
  fc.assert(
    fc.property(deep, (filter) => {
      const root = treeOf(filter)
      const { places } = sentOf(root, catalog)
      const check = (group: GroupNode, place: string) => {
        expect(places.get(place)).toBe(group.id)
        group.rules.forEach((node, at) => {
          const here = `${place}.rules[${at}]`
          expect(places.get(here)).toBe(node.id)
          if (isGroupNode(node)) check(node, here)
          else if (node.where) check(node.where, `${here}.where`)
        })
      }
      check(root, 'filter')
    }),
  )
})

test('what is not finished is left out and named, and the places count without it', () => {
  const root = treeOf({
    combinator: 'and',
    rules: [
      { field: '', operator: '' as Operator },
      { field: 'country', operator: 'in', value: [] },
      { combinator: 'or', rules: [{ field: 'attributes.mrr', operator: 'between', value: [1, ''] }] },
      { field: 'attributes.mrr', operator: 'gte', value: 'many' },
      { field: 'city', operator: 'eq', value: 'Nairobi' },
    ],
  })
  const { filter, unfinished, places } = sentOf(root, catalog)
  expect(filter).toEqual({ combinator: 'and', rules: [{ field: 'city', operator: 'eq', value: 'Nairobi' }] })
  expect(unfinished.map(({ lack }) => lack)).toEqual(['field', 'list', 'ends', 'number'])
  expect(places.get('filter.rules[0]')).toBe(root.rules[4]?.id)
})

test('nothing but unfinished rules is everyone, also under "none of"', () => {
  const root: GroupNode = { id: newID(), combinator: 'or', not: true, rules: [emptyRule()] }
  expect(sentOf(root, catalog).filter).toEqual({ combinator: 'or', rules: [] })
})

test('a rule on a field that is gone is sent as it is', () => {
  const filter: Group = { combinator: 'and', rules: [{ field: 'attributes.gone', operator: 'eq', value: 'x' }] }
  expect(sentOf(treeOf(filter), catalog)).toMatchObject({ filter, unfinished: [] })
})
