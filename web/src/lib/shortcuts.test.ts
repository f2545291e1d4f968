// @vitest-environment jsdom
import { cleanup, renderHook } from '@testing-library/react'
import { afterEach, expect, test, vi } from 'vitest'
import { useShortcuts } from './shortcuts'

afterEach(cleanup)

/** press presses a key at a time, in milliseconds. */
function press(key: string, at: number): void {
  const event = new KeyboardEvent('keydown', { key })
  Object.defineProperty(event, 'timeStamp', { value: at })
  window.dispatchEvent(event)
}

test('two keys are a pair also when the page is drawn between them, and hears of the second one late', () => {
  const go = vi.fn()
  const { rerender } = renderHook(() => useShortcuts({ 'g s': () => go() }))
  press('g', 5_000)
  rerender()
  vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 5_000)
  press('s', 5_400)
  expect(go).toHaveBeenCalledOnce()
})

test('two keys far apart are no pair', () => {
  const go = vi.fn()
  renderHook(() => useShortcuts({ 'g s': go }))
  press('g', 5_000)
  press('s', 6_100)
  expect(go).not.toHaveBeenCalled()
})
