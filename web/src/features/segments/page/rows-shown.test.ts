// @vitest-environment jsdom
import i18next from 'i18next'
import { beforeAll, expect, test } from 'vitest'
import { startTexts } from '@/lib/i18n'
import { rowsShown } from './rows-shown'

beforeAll(async () => {
  await startTexts()
  await import('../texts')
})

test('rowsShown names the rows only while more follow', () => {
  expect(rowsShown(i18next.t, 100, 1338)).toBe('The first 100 of 1,338')
  expect(rowsShown(i18next.t, 59, 59)).toBe('59 people')
  expect(rowsShown(i18next.t, 1, 1)).toBe('1 person')
})
