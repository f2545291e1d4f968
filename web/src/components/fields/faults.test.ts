import { expect, test } from 'vitest'
import { Problem } from '@/lib/api/problem'
import { faultsOf } from './faults'

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
