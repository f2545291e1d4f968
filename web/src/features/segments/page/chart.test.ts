import { expect, test } from 'vitest'
import { ceiling } from './chart'

test('the top of the chart is round, and half of it is no part of a person', () => {
  expect([0, 1, 2, 3, 5, 7, 9, 10, 11, 23, 45, 99, 101, 230, 999, 1001].map(ceiling)).toEqual([2, 2, 2, 4, 6, 8, 10, 10, 20, 40, 50, 100, 200, 250, 1000, 2000])
})
