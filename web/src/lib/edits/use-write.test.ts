// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react'
import { expect, test, vi } from 'vitest'
import { offline, Problem } from '@/lib/api/problem'
import { surely, useWrite } from './use-write'

const atOnce = () => Promise.resolve()

test('surely sends again with the same key until it is settled', async () => {
  const keys: string[] = []
  const answers = [offline(), new Problem(500, {})]
  const answer = await surely(async (key) => {
    keys.push(key)
    const fault = answers.shift()
    if (fault) throw fault
    return 'done'
  }, 'k', atOnce)
  expect(answer).toBe('done')
  expect(keys).toEqual(['k', 'k', 'k'])
})

test('surely does not send again what was refused', async () => {
  const write = vi.fn(() => Promise.reject(new Problem(422, {})))
  await expect(surely(write, 'k', atOnce)).rejects.toMatchObject({ status: 422 })
  expect(write).toHaveBeenCalledOnce()
})

test('pressing the button again after an unknown outcome is the same request, other input is another', async () => {
  vi.useFakeTimers()
  const keys: string[] = []
  const write = async (input: string, key: string) => {
    keys.push(key)
    if (input === 'lost' && keys.length < 4) throw offline()
    return input
  }
  const done = vi.fn()
  const { result } = renderHook(() => useWrite(write, done))
  await act(async () => {
    const sent = result.current.send('lost')
    await vi.runAllTimersAsync()
    expect(await sent).toBe(false)
  })
  expect(result.current.problem?.status).toBe(0)
  await act(() => result.current.send('lost'))
  await act(() => result.current.send('other'))
  expect(new Set(keys.slice(0, 4)).size).toBe(1)
  expect(keys[4]).not.toBe(keys[0])
  expect(done).toHaveBeenCalledTimes(2)
  vi.useRealTimers()
})

test('a write of unknown outcome that was kept is the same request after a reload, of the same moment', async () => {
  vi.useFakeTimers()
  const sent: [string, number][] = []
  const write = async (_: string, key: string, at: number) => {
    sent.push([key, at])
    if (sent.length <= 3) throw offline()
  }
  const open = () => renderHook(() => useWrite(write, () => undefined, 'a key')).result
  const first = open()
  await act(async () => {
    const lost = first.current.send('Maji')
    await vi.runAllTimersAsync()
    expect(await lost).toBe(false)
  })
  await vi.advanceTimersByTimeAsync(60_000)
  const again = open()
  await act(() => again.current.send('Maji'))
  expect(new Set(sent.map(String)).size).toBe(1)
  await act(() => again.current.send('Maji'))
  expect(sent[4]).not.toEqual(sent[0])
  vi.useRealTimers()
})
