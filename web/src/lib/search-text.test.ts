import { expect, test } from 'vitest'
import { parseSearch, stringifySearch } from './search-text'

test.each(['1e5', 'true', 'null', '0042', '007', '-1', '"quoted"', '[a]', '{"a":1}', '+254 700', 'a&b=c'])('%s stays the text that it is', (q) => {
  expect(parseSearch(stringifySearch({ q }))).toEqual({ q })
})

test('an address that somebody types is read as it stands there', () => {
  expect(parseSearch('?q=1e5&sort=true')).toEqual({ q: '1e5', sort: 'true' })
  expect(stringifySearch({ q: '1e5' })).toBe('?q=1e5')
})

test('lists and records are read as such', () => {
  const search = { columns: ['name', '1'], picks: { country: { is: ['KE'], none: true } } }
  expect(parseSearch(stringifySearch(search))).toEqual(search)
})
