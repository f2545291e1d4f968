import { expect, test } from 'vitest'
import { titleOf } from './use-title'

test('a tab is called after the heading of its page', () => {
  expect(titleOf('Segments')).toBe('Segments · Kundi')
  expect(titleOf('  Amina \n Otieno ')).toBe('Amina Otieno · Kundi')
  expect([titleOf(undefined), titleOf(null), titleOf(' ')]).toEqual(['Kundi', 'Kundi', 'Kundi'])
})
