import { expect, test } from 'vitest'
import { isOf } from './conversation-owner'

test('a conversation is of its contact, and of the one that this contact was merged into', () => {
  expect(isOf({ contact_id: 'a' }, { id: 'a' })).toBe(true)
  expect(isOf({ contact_id: 'b' }, { id: 'a', absorbed: [{ id: 'b' }] })).toBe(true)
  expect(isOf({ contact_id: 'b' }, { id: 'a', absorbed: [] })).toBe(false)
})
