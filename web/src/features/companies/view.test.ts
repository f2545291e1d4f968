import { expect, test } from 'vitest'
import { askedOf, orderOf, questionOf } from './view'

test('words are asked for beside what is picked', () => {
  const view = { q: ' maji ', picks: { country: { is: ['KE'] } } }
  const rules = [{ field: 'country', operator: 'in', value: ['KE'] }]
  expect(questionOf(view)).toEqual({ query: 'maji', filter: { combinator: 'and', rules } })
  expect(questionOf({ ...view, sort: 'name' }).sort).toBe('name')
  expect(askedOf(view, 'country')).toEqual({ query: 'maji' })
})

test('blanks are no words, and nothing picked is no filter', () => {
  expect(askedOf({ q: '  ' })).toEqual({})
  expect(askedOf({})).toEqual({})
})

test('domains have operators of lists', () => {
  expect(askedOf({ picks: { domains: { is: ['acme.example'] } } }).filter?.rules).toEqual([
    { field: 'domains', operator: 'any_of', value: ['acme.example'] },
  ])
})

test('without an order the best match comes first, and without words those whose people were last seen', () => {
  expect([orderOf({ q: 'maji' }), orderOf({ q: ' ' }), orderOf({ sort: 'name' })]).toEqual([undefined, '-last_seen_at', 'name'])
})
