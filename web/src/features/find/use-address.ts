import { useLocation, useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { finder, updateFinder, useFinder } from '@/lib/finder'
import { viewOf } from '@/lib/list-view'

/** How long after the last letter the address follows, in milliseconds. */
const addressDelay = 150

/**
 * useAddress keeps the box and the address the same. The address follows the box a moment later, and replaces
 * itself, so that Back leaves Find in one step. The box follows an address that somebody else wrote: Back, a link. It
 * does not while somebody types: the page is fetched while the first letters come.
 */
export function useAddress(written: string): void {
  const navigate = useNavigate()
  const { text, ahead } = useFinder()
  // On the way to another page, the address is already that page's.
  const here = useLocation({ select: (location) => location.pathname === '/find' })
  useEffect(() => {
    if (here && !finder().ahead) updateFinder({ text: written })
  }, [here, written])
  useEffect(() => () => updateFinder({ ahead: false }), [])
  useEffect(() => {
    if (!ahead || !here) return
    if (text === written) {
      updateFinder({ ahead: false })
      return
    }
    const timer = setTimeout(() => {
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
  }, [text, ahead, here, written, navigate])
}
