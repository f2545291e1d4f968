// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { Segment } from '../queries'

const stored = { id: 's1', name: 'Kisumu', version: 8 } as Segment
const filter = { combinator: 'and' as const, rules: [{ field: 'city', operator: 'eq' as const, value: 'Kisumu' }] }
const done = vi.fn()

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  window.sessionStorage.clear()
  done.mockClear()
})

/** lose has the server answer nothing so many times, and then that the segment is stored. It returns the keys that came. */
function lose(times: number): string[] {
  const keys: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    if (request.method !== 'POST' && request.method !== 'PATCH') return new Response('', { status: 503 }) // whether the server is there again
    keys.push(`${request.method} ${request.headers.get('Idempotency-Key')}`)
    if (keys.length <= times) throw new TypeError('cut')
    return new Response(JSON.stringify(stored), { headers: { 'Content-Type': 'application/json' } })
  })
  return keys
}

/** open is a builder of a page that was just loaded. */
async function open(segment: Segment | undefined, name: string) {
  const { useSave } = await import('./use-save')
  const { result } = renderHook(() => useSave({ segment, version: segment?.version ?? 0, name, description: '', fixed: false, filter, done }), {
    wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>,
  })
  return async () => {
    await act(async () => {
      result.current.save()
      await vi.advanceTimersByTimeAsync(10_000)
    })
    return result.current
  }
}

test.each([undefined, stored])('saving again after a lost answer is the same request, also after a reload (%o)', async (segment) => {
  const keys = lose(3)
  expect((await (await open(segment, 'Kisumu'))()).error).toMatchObject({ status: 0 })
  expect((await (await open(segment, 'Kisumu'))()).error).toBeUndefined()
  expect(done).toHaveBeenCalledExactlyOnceWith(stored)
  expect(new Set(keys).size).toBe(1)
  expect(keys).toHaveLength(4)
  await (await open(segment, 'Kisumu'))() // its outcome is known: now it is another request
  expect(keys[4]).not.toBe(keys[0])
})

test('what was changed since is another request', async () => {
  const keys = lose(3)
  await (await open(undefined, 'Kisumu'))()
  await (await open(undefined, 'Nakuru'))()
  expect(keys[3]).not.toBe(keys[0])
})
