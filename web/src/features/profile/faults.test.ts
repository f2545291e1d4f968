import { expect, test } from 'vitest'
import { Problem } from '@/lib/api/problem'
import { faultsOf, holdersOf } from './faults'

test('the faults of a field are those of its place, once each', () => {
  const problem = new Problem(422, {
    detail: 'The contact is not valid.',
    errors: [
      { location: 'emails[0].value', detail: 'must be one e-mail' },
      { location: 'emails[1].value', detail: 'must be one e-mail' },
      { location: 'name', detail: 'is too long' },
    ],
  })
  expect(faultsOf(problem, 'emails')).toEqual(['must be one e-mail'])
  expect(faultsOf(problem, 'name')).toEqual(['is too long'])
  expect(faultsOf(problem, 'email')).toEqual(['The contact is not valid.'])
})

test('the holders of a value are named by a conflict of identities only', () => {
  expect(holdersOf(new Problem(409, { type: 'identity-taken', contact_id: 'a' }))).toEqual(['a'])
  expect(holdersOf(new Problem(409, { type: 'identity-taken', contact_ids: ['a', 'b'] }))).toEqual(['a', 'b'])
  expect(holdersOf(new Problem(409, { type: 'attribute-changing', contact_id: 'a' }))).toEqual([])
  expect(holdersOf(undefined)).toEqual([])
})
