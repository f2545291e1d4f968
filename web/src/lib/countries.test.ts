import { expect, test } from 'vitest'
import { countries, country } from './countries'

test('countries are 249, each once, by name', () => {
  const all = countries()
  expect(new Set(all.map((one) => one.value)).size).toBe(249)
  expect(all.map((one) => one.label)).toContain('Kenya (KE)')
  expect(all[0]?.label).toBe('Afghanistan (AF)')
})

test('what is no country is shown as it is', () => {
  expect(country('KE')).toBe('Kenya')
  expect(country('?')).toBe('?')
})
