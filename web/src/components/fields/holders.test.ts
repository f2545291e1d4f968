import { expect, test } from 'vitest'
import { Problem } from '@/lib/api/problem'
import { holdersOf } from './holders'

test('the holders of a value are named by a conflict of values only', () => {
  expect(holdersOf(new Problem(409, { type: 'identity-taken', contact_id: 'a' }))).toEqual(['a'])
  expect(holdersOf(new Problem(409, { type: 'identity-taken', contact_ids: ['a', 'b'] }))).toEqual(['a', 'b'])
  expect(holdersOf(new Problem(409, { type: 'company-taken', company_ids: ['a', 'b'] }))).toEqual(['a', 'b'])
  expect(holdersOf(new Problem(409, { type: 'attribute-changing', contact_id: 'a' }))).toEqual([])
  expect(holdersOf(undefined)).toEqual([])
})
