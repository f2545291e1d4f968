import { expect, test } from 'vitest'
import { durationOf, durationUnits, writeDuration } from './duration'

test('a duration of one unit is a number and its unit, and is written as it was', () => {
  expect(durationOf('P2Y')).toEqual({ text: '2', unit: 'Y' })
  expect(durationOf('P3M')).toEqual({ text: '3', unit: 'M' })
  expect(durationOf('PT12H')).toEqual({ text: '12', unit: 'H' })
  for (const unit of durationUnits) {
    const written = writeDuration({ text: '7', unit })
    expect(durationOf(written)).toEqual({ text: '7', unit })
  }
})

test('none is empty, and others stay as they are', () => {
  expect(durationOf(null)).toEqual({ text: '', unit: 'D' })
  expect(writeDuration({ text: ' ', unit: 'D' })).toBe('')
  expect(writeDuration(durationOf('P1Y6M'))).toBe('P1Y6M')
  expect(writeDuration(durationOf('PT30M'))).toBe('PT30M')
})

test('what is no number is not made one', () => {
  expect(writeDuration({ text: 'two', unit: 'Y' })).toBe('two')
  expect(writeDuration({ text: '1.5', unit: 'D' })).toBe('1.5')
  expect(writeDuration({ text: 'P90D', unit: 'Y' })).toBe('P90D')
})
