import { expect, test } from 'vitest'
import { namesIn } from './names'

test('somebody who was merged keeps the name of then, and leads to the one who stayed', () => {
  const merged_at = '2026-11-30T08:00:00Z'
  const names = namesIn([
    { id: 'a', name: 'Amina Yusuf', absorbed: [{ id: 'b', email: 'ayusuf@example.org', merged_at }, { id: 'c', merged_at }] },
    { id: 'd', phone: '+254712000001' },
  ])
  expect([...names]).toEqual([
    ['a', { name: 'Amina Yusuf' }],
    ['b', { name: 'ayusuf@example.org', into: { id: 'a', name: 'Amina Yusuf' } }],
    ['c', { name: '', into: { id: 'a', name: 'Amina Yusuf' } }],
    ['d', { name: '+254712000001' }],
  ])
})
