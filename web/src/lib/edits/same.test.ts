import { expect, it } from 'vitest'
import { same } from './same'

it('takes all missing values as one', () => {
  for (const a of [undefined, null, '', []]) for (const b of [undefined, null, '', []]) expect(same(a, b)).toBe(true)
  for (const there of [0, false, 'x', ['x'], {}]) expect(same(there, undefined)).toBe(false)
})

it('compares lists in order and members in any', () => {
  expect(same(['a', 'b'], ['b', 'a'])).toBe(false)
  expect(same(['a'], ['a', 'b'])).toBe(false)
  expect(same({ a: 1, b: [{ c: 2 }] }, { b: [{ c: 2 }], a: 1 })).toBe(true)
  expect(same({ a: 1 }, { a: 1, b: null })).toBe(true)
  expect(same({ a: 1 }, { a: 2 })).toBe(false)
  expect(same('1', 1)).toBe(false)
})
