import { expect, test } from 'vitest'
import { deeper, stepsBack } from './way-back'

test('the way back passes over what a page has opened in itself', () => {
  expect(stepsBack({ __TSR_index: 3 })).toBe(1)
  expect(stepsBack({ __TSR_index: 3, ...deeper(deeper({})) })).toBe(3)
})

test('there is no way back where the browser began', () => {
  expect(stepsBack({ __TSR_index: 0 })).toBe(0)
  expect(stepsBack({ __TSR_index: 1, ...deeper({}) })).toBe(0)
})
