import { expect, test } from 'vitest'
import { askedOf, orderOf } from './view'

test('words are a part of the name, beside what is picked', () => {
  const view = { q: ' maji ', picks: { country: { is: ['KE'] } } }
  expect(askedOf(view)).toEqual({
    combinator: 'and',
    rules: [
      { field: 'name', operator: 'contains', value: 'maji' },
      { field: 'country', operator: 'in', value: ['KE'] },
    ],
  })
  expect(askedOf(view, 'country')).toEqual({ combinator: 'and', rules: [{ field: 'name', operator: 'contains', value: 'maji' }] })
})

test('blanks are no words, and nothing picked is no filter', () => {
  expect(askedOf({ q: '  ' })).toBeUndefined()
  expect(askedOf({})).toBeUndefined()
})

test('domains have operators of lists', () => {
  expect(askedOf({ picks: { domains: { is: ['acme.example'] } } })?.rules).toEqual([
    { field: 'domains', operator: 'any_of', value: ['acme.example'] },
  ])
})

test('without an order, those whose people were last seen come first', () => {
  expect([orderOf({}), orderOf({ sort: 'name' })]).toEqual(['-last_seen_at', 'name'])
})
