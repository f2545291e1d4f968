import { expect, test } from 'vitest'
import { moved, type Place } from './moves'

const walk = (start: Place, keys: string, there: { companies: number; rows: number }) =>
  [...keys].reduce((place, key) => moved(place, key === 'd' ? 1 : -1, there), start)
const first = { company: -1, row: 0 }

test('down goes through the people and stays at the last one', () => {
  expect(walk(first, 'dd', { companies: 2, rows: 5 })).toEqual({ company: -1, row: 2 })
  expect(walk(first, 'ddddddd', { companies: 2, rows: 5 })).toEqual({ company: -1, row: 4 })
})

test('up from the first person leads through the companies, and down back to the person', () => {
  const there = { companies: 2, rows: 5 }
  expect(walk(first, 'u', there)).toEqual({ company: 0, row: 0 })
  expect(walk(first, 'uuuu', there)).toEqual({ company: 1, row: 0 })
  expect(walk(first, 'uud', there)).toEqual({ company: 0, row: 0 })
  expect(walk(first, 'uudd', there)).toEqual(first)
  expect(walk(first, 'u', { companies: 0, rows: 5 })).toEqual(first)
})

test('without people both arrows go through the companies', () => {
  const [none, there] = [{ company: -1, row: -1 }, { companies: 2, rows: 0 }]
  expect(walk(none, 'd', there)).toEqual({ company: 0, row: -1 })
  expect(walk(none, 'ddd', there)).toEqual({ company: 1, row: -1 })
  expect(walk(none, 'ddu', there)).toEqual({ company: 0, row: -1 })
  expect(walk(none, 'd', { companies: 0, rows: 0 })).toEqual(none)
})
