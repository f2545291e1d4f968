// @vitest-environment jsdom
import { expect, test } from 'vitest'
import { percent } from './results'

test('some are never 0 %, and nearly all are never 100 %', () => {
  expect([0, 5, 20, 1_999, 2_000, 19_999, 20_000].map((count) => percent(count, 20_000))).toEqual(['0%', '< 0.1%', '0.1%', '10%', '10%', '> 99%', '100%'])
})
