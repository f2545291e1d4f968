import { describe, expect, test } from 'vitest'
import { filterOf, picked, toggled, viewOf } from './list-view'

describe('viewOf', () => {
  test('reads what the page writes', () => {
    const search = { q: 'ann', sort: '-name', columns: ['email'], picks: { country: { is: ['KE'], none: true } } }
    expect(viewOf(search)).toEqual(search)
  })
  test('leaves out what makes no sense', () => {
    expect(viewOf({ q: ['a'], sort: 'name; drop', columns: [1], picks: { country: { is: 'KE' }, city: 7, type: {} } })).toEqual({})
  })
})

describe('filterOf', () => {
  test('is nothing without picks', () => {
    expect(filterOf(undefined)).toBeUndefined()
    expect(filterOf({ country: { is: ['KE'] } }, 'country')).toBeUndefined()
  })
  test('joins facets with and, a value and none with or', () => {
    expect(filterOf({ country: { is: ['KE', 'UG'], none: true, not: ['TZ'] }, labels: { is: ['vip'], not: ['old'] } })).toEqual({
      combinator: 'and',
      rules: [
        {
          combinator: 'or',
          rules: [
            { field: 'country', operator: 'in', value: ['KE', 'UG'] },
            { field: 'country', operator: 'not_exists' },
          ],
        },
        { field: 'country', operator: 'not_in', value: ['TZ'] },
        { field: 'labels', operator: 'any_of', value: ['vip'] },
        { field: 'labels', operator: 'none_of', value: ['old'] },
      ],
    })
  })
})

test('picked changes one facet, and an empty pick goes away', () => {
  const view = { q: 'a', picks: { country: { is: ['KE'] }, type: { is: ['lead'] } } }
  expect(picked(view, 'country', { is: [] })).toEqual({ q: 'a', picks: { type: { is: ['lead'] } } })
  expect(picked({ q: 'a', picks: { type: { is: ['lead'] } } }, 'type', {})).toEqual({ q: 'a' })
})

test('toggled adds and takes away', () => {
  expect(toggled(undefined, 'a')).toEqual(['a'])
  expect(toggled(['a', 'b'], 'a')).toEqual(['b'])
})
