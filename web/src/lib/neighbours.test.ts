import { expect, test } from 'vitest'
import { neighbour, neighbourhood } from './neighbours'

test('a neighbourhood is a part of a long list', () => {
  const ids = Array.from({ length: 1_000 }, (_, i) => `c${i}`)
  const there = neighbourhood(ids, 500)
  expect(there.ids).toHaveLength(401)
  expect(there.ids[there.at]).toBe('c500')
  expect(neighbourhood(ids, 3).at).toBe(3)
})

test('it ends at its ends', () => {
  const first = { ids: ['a', 'b'], at: 0 }
  expect(neighbour(first, -1)).toBeUndefined()
  expect(neighbour(first, 1)).toEqual({ id: 'b', neighbours: { ids: ['a', 'b'], at: 1 } })
  expect(neighbour(undefined, 1)).toBeUndefined()
})
