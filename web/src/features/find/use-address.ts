import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { updateFinder } from '@/lib/finder'
import { viewOf } from '@/lib/list-view'

/** How long after the last letter the address follows, in milliseconds. */
const addressDelay = 150

/**
 * useAddress keeps the box and the address the same. The address follows the box a moment later, and replaces
 * itself, so that Back leaves Find in one step. The box follows an address that somebody else wrote: Back, a link.
 */
export function useAddress(written: string, text: string): void {
  const navigate = useNavigate()
  const own = useRef<string | null>(null)
  useEffect(() => {
    if (written === own.current) return
    own.current = written
    updateFinder({ text: written })
  }, [written])
  useEffect(() => {
    if (own.current === null || text === own.current) return
    const timer = setTimeout(() => {
      own.current = text
      void navigate({
        to: '/find',
        replace: true,
        search: (before: Record<string, unknown>) => {
          const { q: _, ...others } = viewOf(before)
          return text ? { ...others, q: text } : others
        },
      })
    }, addressDelay)
    return () => clearTimeout(timer)
  }, [text, navigate])
}
