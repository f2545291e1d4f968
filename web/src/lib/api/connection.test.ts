import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { connected, connection, noteConnection, onConnection } from './connection'

let up = false
const asked = vi.fn(async () => {
  if (!up) throw new TypeError('Failed to fetch')
  return new Response()
})

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('fetch', asked)
  asked.mockClear()
  up = false
})
afterEach(async () => {
  up = true
  await vi.advanceTimersByTimeAsync(30_000)
  vi.unstubAllGlobals()
  vi.useRealTimers()
})

test('what is lost is looked for less and less often, until it is there again', async () => {
  const told = vi.fn()
  const end = onConnection(told)
  noteConnection(false)
  noteConnection(false)
  expect(connected()).toBe(false)
  expect(told).toHaveBeenCalledTimes(1)
  await vi.advanceTimersByTimeAsync(7_000)
  expect(asked).toHaveBeenCalledTimes(3) // after 1, 3 and 7 seconds
  up = true
  await vi.advanceTimersByTimeAsync(8_000)
  expect(connected()).toBe(true)
  expect(told).toHaveBeenCalledTimes(2)
  end()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(asked).toHaveBeenCalledTimes(4)
})

test('an answer to any request ends the search', async () => {
  noteConnection(false)
  noteConnection(true)
  await vi.advanceTimersByTimeAsync(60_000)
  expect(connected()).toBe(true)
  expect(asked.mock.calls.length).toBeLessThanOrEqual(1)
})

test('who waits goes on when the connection is back, or when it has taken too long', async () => {
  let [first, second] = ['waits', 'waits']
  noteConnection(false)
  void connection(100_000).then(() => (first = 'goes'))
  void connection(500).then(() => (second = 'goes'))
  await vi.advanceTimersByTimeAsync(600)
  expect([first, second]).toEqual(['waits', 'goes'])
  up = true
  await vi.advanceTimersByTimeAsync(1_000)
  expect(first).toBe('goes')
})
