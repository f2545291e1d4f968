import { expect, test } from 'vitest'
import { keyOf, nothing, selectionReducer } from './selection'

const rows = ['a', 'b', 'c', 'd', 'e']

test('Shift extends from the row that was selected last, either way', () => {
  const one = selectionReducer(nothing, { do: 'toggle', row: 2, id: 'c' })
  expect([...selectionReducer(one, { do: 'extend', row: 4, ids: rows }).ids]).toEqual(['c', 'd', 'e'])
  expect([...selectionReducer(one, { do: 'extend', row: 0, ids: rows }).ids].sort()).toEqual(['a', 'b', 'c'])
})

test('a second toggle takes back, and ends that all are selected', () => {
  const all = selectionReducer(selectionReducer(nothing, { do: 'loaded', ids: rows }), { do: 'all' })
  expect(all.all).toBe(true)
  const less = selectionReducer(all, { do: 'toggle', row: 1, id: 'b' })
  expect([less.all, less.ids.size]).toEqual([false, 4])
  expect(selectionReducer(less, { do: 'clear' })).toBe(nothing)
})

test('another filter or other words are another question, another order is not', () => {
  expect(keyOf({ q: 'a' })).not.toBe(keyOf({ q: 'b' }))
  expect(keyOf({ picks: { type: { is: ['lead'] } } })).not.toBe(keyOf({}))
  expect(keyOf({ sort: 'name', columns: ['email'] })).toBe(keyOf({}))
})
