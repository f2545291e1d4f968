import { useCallback, useRef, useState } from 'react'
import { isProblem } from '@/lib/api/client'
import type { Problem } from '@/lib/api/problem'
import { newKey } from '@/lib/new-key'
import { drafts } from '@/lib/stored'
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

/** Request is a write as it was first sent: what was asked, its Idempotency-Key, and when, in milliseconds since 1970. */
interface Request<I> {
  input: I
  key: string
  at: number
}

/**
 * useWrite offers a write. What is sent again after an unknown outcome has the same Idempotency-Key, also when somebody
 * presses the button once more; with `kept`, a name of its own, also after a reload. `write` is told when it was sent
 * first: a moment that is part of the request has to stay the same, too. `send` says whether it succeeded.
 */
export function useWrite<I, T>(
  write: (input: I, key: string, at: number) => Promise<T>,
  done: (answer: T, input: I) => void,
  kept?: string,
): Write<I> {
  const [pending, setPending] = useState(false)
  const [problem, setProblem] = useState<Problem>()
  const open = useRef<Request<I> | undefined>(undefined)
  const busy = useRef(false)
  const latest = useRef({ write, done })
  latest.current = { write, done }

  const send = useCallback(async (input: I) => {
    if (busy.current) return false // the key was pressed twice
    busy.current = true
    const before = open.current ?? lost<I>(kept)
    const request = before && same(before.input, input) ? before : { input, key: newKey(), at: Date.now() }
    if (kept) drafts.set(nameOf(kept), JSON.stringify(request))
    setPending(true)
    setProblem(undefined)
    try {
      const answer = await surely((key) => latest.current.write(input, key, request.at), request.key)
      open.current = undefined
      if (kept) drafts.forget(nameOf(kept))
      latest.current.done(answer, input)
      return true
    } catch (cause) {
      if (!isProblem(cause)) throw cause
      open.current = unknown(cause) ? request : undefined
      if (kept && !open.current) drafts.forget(nameOf(kept))
      setProblem(cause)
      return false
    } finally {
      busy.current = false
      setPending(false)
    }
  }, [kept])
  const clear = useCallback(() => setProblem(undefined), [])
  return { send, pending, problem, clear }
}

const nameOf = (kept: string) => `write-${kept}`

/** lost is a write whose outcome was not known when the page was left. */
function lost<I>(kept: string | undefined): Request<I> | undefined {
  try {
    return (JSON.parse((kept && drafts.get(nameOf(kept))) || 'null') as Request<I> | null) ?? undefined
  } catch {
    return undefined
  }
}
