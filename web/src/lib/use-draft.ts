import { useCallback, useRef, useState } from 'react'
import { same } from './edits/same'
import { drafts } from './stored'

/** Draft is what stands in a form: what the form began with, and over that what somebody has typed. */
export interface Draft<T extends object> {
  value: T
  /** The members that somebody has changed. */
  typed: Partial<T>
  put: (part: Partial<T>) => void
  /** Whether it was typed earlier: before a reload, or before the form was closed. */
  restored: boolean
  /** What a member was when it was typed and what it is now, when somebody else has changed it since. */
  meanwhile: <K extends keyof T>(member: K) => { was: T[K]; is: T[K] } | undefined
  /** Forgets what was saved. What was typed while that was on its way stays. */
  saved: (sent: Partial<T>) => void
  /** Forgets all that was typed. */
  discard: () => void
}

/** Kept is what was typed, and what the same members were before. */
interface Kept<T> {
  typed: Partial<T>
  was: Partial<T>
}

/**
 * useDraft keeps what somebody types into a form, under a name that no other form has. It outlives a reload, Esc and a
 * session that ends, until it is saved or discarded, until the tab is closed, or until somebody signs out. Members of
 * `initial` that nobody has changed follow it, as when somebody else changes the record. Secrets do not belong here.
 */
export function useDraft<T extends object>(name: string, initial: T): Draft<T> {
  const [kept, setKept] = useState(() => read(name, initial))
  const [restored, setRestored] = useState(() => Object.keys(kept.typed).length > 0)
  const latest = useRef({ name, initial, kept })
  latest.current = { name, initial, kept: latest.current.kept }

  const keep = useCallback((typed: Partial<T>) => {
    const { name, initial, kept } = latest.current
    const changed = differing(typed, initial)
    const next = { typed: changed, was: only(Object.keys(changed), { ...initial, ...kept.was }) }
    latest.current.kept = next
    write(name, next)
    setKept(next)
  }, [])
  const put = useCallback((part: Partial<T>) => keep({ ...latest.current.kept.typed, ...part }), [keep])
  const saved = useCallback(
    (sent: Partial<T>) => {
      keep(differing(latest.current.kept.typed, sent))
      setRestored(false)
    },
    [keep],
  )
  const discard = useCallback(() => {
    keep({})
    setRestored(false)
  }, [keep])

  const typed = differing(kept.typed, initial)
  const meanwhile = <K extends keyof T>(member: K) => {
    if (!(member in typed) || !(member in kept.was)) return undefined
    const [was, is] = [kept.was[member] as T[K], initial[member]]
    return same(was, is) ? undefined : { was, is }
  }
  return { value: { ...initial, ...typed }, typed, put, restored, meanwhile, saved, discard }
}

/** drafted says whether something was typed into a form that was not saved. */
export function drafted(name: string): boolean {
  return drafts.get(keyOf(name)) !== null
}

const keyOf = (name: string) => `form-${name}`

function write<T>(name: string, kept: Kept<T>): void {
  if (Object.keys(kept.typed).length === 0) drafts.forget(keyOf(name))
  else drafts.set(keyOf(name), JSON.stringify(kept))
}

/** read is what was typed earlier. What a form of an earlier version has left there is not taken. */
function read<T extends object>(name: string, initial: T): Kept<T> {
  try {
    const { typed, was } = JSON.parse(drafts.get(keyOf(name)) ?? '') as Kept<T>
    const fitting = Object.entries(typed).filter(([member, value]) => alike(value, initial[member as keyof T]))
    return { typed: differing(Object.fromEntries(fitting) as Partial<T>, initial), was: was ?? {} }
  } catch {
    return { typed: {}, was: {} }
  }
}

/** differing are the members that have another value than those of `from`. */
function differing<T extends object>(of: Partial<T>, from: Partial<T>): Partial<T> {
  return only(Object.keys(of).filter((member) => !same(of[member as keyof T], from[member as keyof T])), of)
}

function only<T extends object>(members: readonly string[], of: Partial<T>): Partial<T> {
  return Object.fromEntries(members.map((member) => [member, of[member as keyof T]])) as Partial<T>
}

/** alike says whether two values have the same type, as far as both are there. */
function alike(a: unknown, b: unknown): boolean {
  if (a === null || b === null || b === undefined) return true
  return typeof a === typeof b && Array.isArray(a) === Array.isArray(b)
}
