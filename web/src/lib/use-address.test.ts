// @vitest-environment jsdom
import { renderHook } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { useAddress, type Box } from './use-address'

let path = '/list'
vi.mock('@tanstack/react-router', () => ({
  useLocation: ({ select }: { select: (location: { pathname: string }) => unknown }) => select({ pathname: path }),
}))

const written: string[] = []

/** page shows a box beside an address, as a page does that is rendered again after each change. */
function page(address: string, box: Box) {
  const state = { address, box }
  const hook = renderHook(() =>
    useAddress('/list', state.address, state.box, (next) => void (state.box = next), (text) => void written.push(text)),
  )
  const set = (change: Partial<typeof state>) => {
    Object.assign(state, change)
    hook.rerender()
  }
  return { state, set, unmount: hook.unmount }
}

beforeEach(() => {
  path = '/list'
  written.length = 0
  vi.useFakeTimers()
})

test('the box has what the address says, also after Back', () => {
  const { state, set } = page('acme', { text: '', ahead: false })
  expect(state.box.text).toBe('acme')
  set({ address: 'maji' })
  expect(state.box.text).toBe('maji')
  vi.runAllTimers()
  expect(written).toEqual([])
})

test('the address follows the last letter, once', () => {
  const { state, set } = page('', { text: '', ahead: false })
  set({ box: { text: 'm', ahead: true } })
  vi.advanceTimersByTime(100)
  set({ box: { text: 'ma', ahead: true } })
  vi.runAllTimers()
  expect(written).toEqual(['ma'])
  set({ address: 'ma' })
  expect(state.box).toEqual({ text: 'ma', ahead: false })
})

test('letters that were typed before the page was there are kept', () => {
  const { state } = page('m', { text: 'maji', ahead: true })
  expect(state.box.text).toBe('maji')
  vi.runAllTimers()
  expect(written).toEqual(['maji'])
})

test('on the way to another page nothing is written', () => {
  const { state, set } = page('', { text: '', ahead: false })
  set({ box: { text: 'maji', ahead: true } })
  path = '/list/1'
  set({ address: '' })
  vi.runAllTimers()
  expect(written).toEqual([])
  expect(state.box.text).toBe('maji')
})
