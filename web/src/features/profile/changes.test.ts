import { expect, test } from 'vitest'
import { changesToShow } from './changes'

test('a change of the company is listed once, by its name', () => {
  const named = (...fields: string[]) => changesToShow(fields.map((field) => ({ field }))).map(({ field }) => field)
  expect(named('company', 'company_id', 'absorbed', 'city')).toEqual(['company', 'city'])
  expect(named('company_id')).toEqual(['company_id']) // its company has no name any more
})
