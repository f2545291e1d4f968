import { expect, test } from 'vitest'
import { valueIn } from './person-value'

test('a field is found by its name in filters', () => {
  const person = { id: 'a', row: 3, email: 'a@b.example', company: { name: 'Acme', attributes: { size: 3 } }, attributes: { tier: 'pro' } }
  expect(valueIn(person, 'row')).toBe(3)
  expect(valueIn(person, 'email')).toBe('a@b.example')
  expect(valueIn(person, 'company.name')).toBe('Acme')
  expect(valueIn(person, 'company.attributes.size')).toBe(3)
  expect(valueIn(person, 'attributes.tier')).toBe('pro')
  expect(valueIn(person, 'attributes.none')).toBeUndefined()
  expect(valueIn(person, 'email.name')).toBeUndefined()
})
