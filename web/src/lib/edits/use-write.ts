import { useCallback, useRef, useState } from 'react'
import { isProblem } from '@/lib/api/client'
import type { Problem } from '@/lib/api/problem'
import { newKey } from '@/lib/new-key'
import { unknown, unsettled } from './edit'
import { same } from './same'

/** How often a write is sent without being asked again, and the pauses between, in milliseconds. */
const pauses = [1_000, 3_000]

/** surely sends a write until it is settled, each time with the same Idempotency-Key, so that it happens once. */
export async function surely<T>(
  write: (key: string) => Promise<T>,
  key: string,
  wait = (ms: number) => new Promise<void>((go) => setTimeout(go, ms)),
): Promise<T> {
  for (const pause of pauses) {
    try {
      return await write(key)
    } catch (cause) {
      if (!isProblem(cause) || !unsettled(cause)) throw cause
      await wait(cause.retryAfter ?? pause)
    }
  }
  return write(key)
}

/** Write is a write that a page offers, and how it stands. */
export interface Write<I> {
  send: (input: I) => Promise<boolean>
  pending: boolean
  problem: Problem | undefined
  clear: () => void
}

/**
 * useWrite offers a write. What is sent again after an unknown outcome has the same Idempotency-Key, also when somebody
 * presses the button once more. `send` says whether it succeeded.
 */
export function useWrite<I, T>(write: (input: I, key: string) => Promise<T>, done: (answer: T, input: I) => void): Write<I> {
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const open = useRef<{ input: I; key: string } | undefined>(undefined)
  const busy = useRef(false)
  const latest = useRef({ write, done })
  latest.current = { write, done }

  const send = useCallback(async (input: I) => {
    if (busy.current) return false // the key was pressed twice
    busy.current = true
    const request = open.current && same(open.current.input, input) ? open.current : { input, key: newKey() }
    setPending(true)
    setProblem(undefined)
    try {
      const answer = await surely((key) => latest.current.write(input, key), request.key)
      open.current = undefined
      latest.current.done(answer, input)
      return true
    } catch (cause) {
      if (!isProblem(cause)) throw cause
      open.current = unknown(cause) ? request : undefined
      setProblem(cause)
      return false
    } finally {
      busy.current = false
      setPending(false)
    }
  }, [])
  const clear = useCallback(() => setProblem(undefined), [])
  return { send, pending, problem, clear }
}
