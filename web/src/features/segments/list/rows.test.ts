import { expect, test } from 'vitest'
import type { Segment } from '../queries'
import { points } from '../sparkline'
import { listView, pageView } from '../views'
import { rowsOf } from './rows'

const segment = (id: string, name: string, more: Partial<Segment> = {}) => ({ id, name, ...more }) as Segment
const named = (id: string) => ({ combinator: 'and', rules: [{ field: 'segment', operator: 'in', value: [id] }] }) as Segment['filter']
const all = [
  segment('a', 'Zanzibar', { snapshot: { count: 10 } as Segment['snapshot'] }),
  segment('b', 'Álvaro', { filter: named('a'), labels: ['vip'] }),
  segment('c', 'Broken one', { owner: 'Amina' }),
]

test('broken segments come first, then by name; users are named', () => {
  const broken = all.map((one) => (one.id === 'c' ? { ...one, broken: [{ location: 'filter.rules[0].field', detail: 'no such attribute' }] } : one))
  const rows = rowsOf(broken, new Map([['a', 12]]), {})
  expect(rows.map((row) => row.segment.id)).toEqual(['c', 'b', 'a'])
  expect(rows[2]).toMatchObject({ change: 2, usedBy: [{ id: 'b' }] })
  expect(rows[1]?.change).toBeUndefined()
})

test('words find names, labels and owners, whatever their case and accents', () => {
  const ids = (q: string) => rowsOf(all, new Map(), { q }).map((row) => row.segment.id)
  expect(ids('alv')).toEqual(['b'])
  expect(ids('VIP')).toEqual(['b'])
  expect(ids('one amina')).toEqual(['c'])
})

test('unknown counts come last, and are no zero', () => {
  const rows = rowsOf(all, new Map([['a', 0]]), { sort: '-count' })
  expect(rows.map((row) => row.segment.id)).toEqual(['a', 'b', 'c'])
})

test('an address that makes no sense is left out', () => {
  expect(listView({ q: ['a'], sort: 'x', archived: 'true' })).toEqual({ archived: true })
  expect(pageView({ tab: 'snapshots', from: '3', to: '-1' })).toEqual({ tab: 'snapshots', from: 3 })
})

test('a line goes from left to right, the largest at the top', () => {
  expect(points([1, 3, 2], 20, 10)).toEqual([[0, 10], [10, 0], [20, 5]])
  expect(points([5, 5], 20, 10)).toEqual([[0, 5], [20, 5]])
})
