import { expect, test } from 'vitest'
import { Problem } from '@/lib/api/problem'
import { offsetOf } from './cel'
import { circular } from './cycles'
import { faultsOf } from './faults'
import { kept } from './operators'
import { linesOf, readList } from './pasted'
import { instantOf, isPeriod, localOf, periodOf, spanOf, typedPeriod, unitsOf, writePeriod } from './period'

const problem = (...locations: string[]) =>
  new Problem(422, { errors: locations.map((location) => ({ location, detail: `at ${location}` })) })

test('a fault goes to the row that was sent there, and to its control', () => {
  const places = new Map([['filter', 'root'], ['filter.rules[1]', 'g'], ['filter.rules[1].rules[0]', 'r'], ['filter.rules[2]', 'c'], ['filter.rules[2].where', 'w']])
  const { faults, rest } = faultsOf(
    problem('filter.rules[1].rules[0].value', 'filter.rules[1].rules[0].value[3]', 'filter.rules[2].where.rules[4].operator', 'filter.rules[1].rules', 'name'),
    places,
  )
  expect(faults.map(({ id, part }) => [id, part])).toEqual([['r', 'value'], ['r', 'value'], ['w', 'row'], ['g', 'row']])
  expect(rest).toEqual(['at name'])
})

test('row 1 is not taken for row 12', () => {
  const places = new Map([['filter', 'root'], ['filter.rules[1]', 'one'], ['filter.rules[12]', 'twelve']])
  expect(faultsOf(problem('filter.rules[12].value'), places).faults[0]?.id).toBe('twelve')
})

test('periods are read as people type them', () => {
  expect(typedPeriod('30', 'week')).toEqual({ n: 30, unit: 'week' })
  expect(typedPeriod('30d', 'week')).toEqual({ n: 30, unit: 'day' })
  expect(typedPeriod(' 6 weeks ', 'day')).toEqual({ n: 6, unit: 'week' })
  expect(typedPeriod('PT12H', 'day')).toEqual({ n: 12, unit: 'hour' })
  expect(typedPeriod('soon', 'day')).toBeUndefined()
  expect(writePeriod({ n: 5, unit: 'minute' })).toBe('PT5M')
  expect(periodOf('P5M')).toEqual({ n: 5, unit: 'month' })
  expect(['P1Y6M', 'PT1H30M', 'P', 'PT', 'P1.5D', '30'].map(isPeriod)).toEqual([true, true, false, false, false, false])
  expect([unitsOf('month'), unitsOf({ n: 0, unit: 'month' }), unitsOf('fortnight')]).toEqual([{ n: 1, unit: 'month' }, undefined, undefined])
})

test('a period is said in days of the zone', () => {
  const zone = { zone: 'Africa/Nairobi', weekStart: 'monday' as const }
  const now = new Date('2026-03-30T22:30:00Z') // 31 March in Nairobi
  const days = (operator: string, value: unknown, z: Parameters<typeof spanOf>[2] = zone) => {
    const span = spanOf(operator, value, z, now)
    return span && [span.from.toISOString().slice(0, 10), span.to.toISOString().slice(0, 10)]
  }
  expect(days('within_last', 'P1M')).toEqual(['2026-02-28', '2026-03-31'])
  expect(days('not_within_next', 'P1W')).toEqual(['2026-03-31', '2026-04-07'])
  expect(days('in_this', 'quarter')).toEqual(['2026-01-01', '2026-03-31'])
  expect(days('in_last', { n: 2, unit: 'month' })).toEqual(['2026-01-01', '2026-02-28'])
  expect(days('in_next', 'week')).toEqual(['2026-04-06', '2026-04-12'])
  expect(days('in_this', 'week', { ...zone, weekStart: 'sunday' })).toEqual(['2026-03-29', '2026-04-04'])
  expect(spanOf('within_last', 'PT12H', zone, now)?.hours).toBe(true)
  expect(days('on', '2026-01-01')).toBeUndefined()
})

test('clocks of a zone are read and written, also around a change', () => {
  expect(instantOf('2026-11-22T09:30', 'Africa/Nairobi')).toBe('2026-11-22T06:30:00Z')
  expect(instantOf('2026-07-01T00:00', 'Europe/Berlin')).toBe('2026-06-30T22:00:00Z')
  expect(localOf(new Date('2026-11-22T06:30:00Z'), 'Africa/Nairobi')).toBe('2026-11-22T09:30')
})

test('a value stays when the operator changes and the control can show it', () => {
  expect(kept('a', 'text', 'text', 'contains')).toBe('a')
  expect(kept('a', 'text', 'texts', 'in')).toEqual(['a'])
  expect(kept(['a', 'b'], 'texts', 'text', 'eq')).toBe('a')
  expect(kept(5, 'number', 'range', 'between')).toEqual([5, ''])
  expect(kept('month', 'unit', 'units', 'in_last')).toEqual({ n: 1, unit: 'month' })
  expect(kept('2026-01-01', 'day', 'period', 'within_last')).toBe('P30D')
})

test('a pasted list is read: known by value or name, unknown, double', () => {
  const choices = [{ value: 'KE', label: 'Kenya' }, { value: 'TZ', label: 'Tanzania' }]
  expect(readList(linesOf('kenya\nTZ\r\n\nKE\nMars'), [], choices)).toEqual({ taken: ['KE', 'TZ'], unknown: ['Mars'], double: 1 })
  expect(readList(linesOf('a, b ,A'), ['B'])).toEqual({ taken: ['a'], unknown: [], double: 2 })
  expect(linesOf('"Acme, Inc"\nOther')).toEqual(['Acme, Inc', 'Other'])
})

test('segments that lead back to this one cannot be named', () => {
  const names = (...ids: string[]) => ({ combinator: 'and', rules: [{ field: 'segment', operator: 'in', value: ids }] })
  const all = [{ id: 'a' }, { id: 'b', filter: names('a') }, { id: 'c', filter: { combinator: 'or', rules: [names('b')] } }, { id: 'd' }]
  expect([...circular(all, 'a')].sort()).toEqual(['a', 'b', 'c'])
  expect(circular(all, '').size).toBe(0)
})

test('a fault of a text is where its line and column are, in characters', () => {
  expect(offsetOf('a == 1 &&\n"😀" b', 'cel:2:5')).toBe(15)
  expect(offsetOf('x', 'filter.rules[0]')).toBeUndefined()
})
