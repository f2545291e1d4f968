import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { Problem } from '@/lib/api/problem'
import { faultsOf, isAmount, isOfRegion } from './faults'

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

test('the sentences that the page says in other words are those of the server', () => {
  // A fault has no code of its own: whoever words one anew in Go has to look here.
  const sentences = ['money', 'phone', 'phone_writing'].flatMap((file) => {
    const source = readFileSync(join(import.meta.dirname, `../../../../fields/${file}.go`), 'utf8')
    return [...source.matchAll(/"([^"\n]*)"/g)].map(([, said]) => said!)
  })
  expect([...new Set(sentences.filter(isAmount))]).toEqual(['must be an amount like 1234.5, or {amount, currency}'])
  expect(sentences.filter(isOfRegion)).toHaveLength(2)
})
