import { useEffect, useMemo, useRef } from 'react'
import { forgetDraft, keepDraft, plain } from './draft'
import type { GroupNode } from './model'

/** How long after a change it is kept, in milliseconds. Leaving the page keeps it at once. */
const delay = 300

/** useKeepDraft keeps what is not saved, and forgets it once that is wanted. */
export function useKeepDraft(
  id: string,
  built: { name: string; description: string; fixed: boolean; root: GroupNode; version: number },
  dirty: boolean,
): { forget: () => void; drop: () => void; forgotten: () => boolean } {
  const newest = useRef({ built, dirty })
  newest.current = { built, dirty }
  const forgotten = useRef(false)
  const { name, description, fixed, root } = built

  useEffect(() => {
    const keep = () => {
      const { built: now, dirty: changed } = newest.current
      if (!changed || forgotten.current) return
      keepDraft(id, { name: now.name, description: now.description, fixed: now.fixed, filter: plain(now.root), version: now.version, at: Date.now() })
    }
    const timer = setTimeout(keep, delay)
    window.addEventListener('pagehide', keep)
    return () => {
      clearTimeout(timer)
      window.removeEventListener('pagehide', keep)
    }
  }, [id, name, description, fixed, root, dirty])

  return useMemo(
    () => ({
      /** For good: it is saved, or left. */
      forget: () => {
        forgotten.current = true
        forgetDraft(id)
      },
      drop: () => forgetDraft(id),
      forgotten: () => forgotten.current,
    }),
    [id],
  )
}
