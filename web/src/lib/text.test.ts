import { expect, test } from 'vitest'
import { ago, dayAgo, fold, initials, share } from './text'

test('fold forgets case and accents', () => {
  expect(fold('Émile ÖZ')).toBe('emile oz')
})

test('initials are of the first and the last word', () => {
  expect(initials('Mary-Kate van der Berg')).toBe('MB')
  expect(initials('😀nna')).toBe('😀')
  expect(initials('  ')).toBe('')
})

test('ago takes the largest unit', () => {
  const now = Date.parse('2026-11-30T12:00:00Z')
  expect(ago('2026-11-30T11:00:00Z', now)).toBe('1 hour ago')
  expect(ago('2026-10-01T12:00:00Z', now)).toBe('2 months ago')
  expect(ago('2026-12-02T12:00:00Z', now)).toBe('in 2 days')
  expect(ago('2026-11-30T11:59:50Z', now)).toBe('this minute')
})

test('a share is nothing or all only when it is', () => {
  expect([share(0, 9), share(1, 9_999), share(1, 4), share(9_998, 9_999), share(9, 9)]).toEqual(['0%', '1%', '25%', '99%', '100%'])
})

test('a day without a time has no hours', () => {
  const now = Date.parse('2026-11-30T07:50:00Z')
  expect(dayAgo('2026-11-30T00:00:00Z', now)).toBe('today')
  expect(dayAgo('2026-11-29T00:00:00Z', now)).toBe('yesterday')
  expect(dayAgo('2026-11-02T00:00:00Z', now)).toBe('Nov 2, 2026')
})
