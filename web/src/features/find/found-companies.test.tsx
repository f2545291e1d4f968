// @vitest-environment jsdom
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { act, renderHook } from '@testing-library/react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { useCompanies } from './found-companies'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

test('companies of earlier words are never shown, also when their answer comes last', async () => {
  const answers = new Map<string, () => void>()
  vi.stubGlobal('fetch', async (request: Request) => {
    const { query } = (await request.clone().json()) as { query: string }
    await new Promise<void>((answer) => answers.set(query, answer))
    return new Response(JSON.stringify({ companies: [{ id: query, name: query }], total: { value: 1, relation: 'eq' } }), {
      headers: { 'Content-Type': 'application/json' },
    })
  })
  const rest = () => act(() => vi.advanceTimersByTimeAsync(200))
  const answer = async (words: string) => {
    answers.get(words)?.()
    await act(() => vi.advanceTimersByTimeAsync(50))
  }
  const { result, rerender } = renderHook(({ words }) => useCompanies(words)?.companies[0]?.name, {
    initialProps: { words: 'maji' },
    wrapper: ({ children }) => <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>,
  })
  await rest()
  await answer('maji')
  expect(result.current).toBe('maji')

  rerender({ words: 'majik' }) // a letter: those of the words before go at once
  expect(result.current).toBeUndefined()
  await rest()
  rerender({ words: 'majiki' })
  await rest()
  await answer('majiki')
  expect(result.current).toBe('majiki')
  await answer('majik')
  expect(result.current).toBe('majiki')
  rerender({ words: ' ' })
  expect(result.current).toBeUndefined()
})
