// @vitest-environment jsdom
import { beforeAll, expect, test } from 'vitest'
import { startTexts } from '../i18n'
import { placeOf } from './place'

beforeAll(startTexts)

test('a place is said in the words of the forms', () => {
  expect(placeOf('filter.rules[1].rules[0].value')).toBe('rule 2, rule 1, value')
  expect(placeOf('split[0].percent')).toBe('group 1, percent')
  expect(placeOf('exclude.campaigns_within')).toBe('left out, days since the last campaign')
  expect(placeOf('keep.age')).toBe('snapshots, kept for')
})

test('what no form has stays as the API says it', () => {
  expect(placeOf('gadgets[3].size')).toBeUndefined()
  expect(placeOf('rules[1].gadget')).toBeUndefined()
  expect(placeOf('body')).toBeUndefined()
})
