import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'

/** How long after the last letter the address follows, in milliseconds. */
const addressDelay = 150

/** Box is what stands in a search box. */
export interface Box {
  text: string
  /** Somebody has typed since the address was written: the text counts, and the address follows. */
  ahead: boolean
}

/**
 * useAddress keeps a box and the address of its page the same. The address follows the box a moment later; `write`
 * replaces it, so that Back leaves the page in one step. The box follows an address that somebody else wrote: Back, a
 * link. It does not while somebody types, also not when the page is fetched while the first letters come.
 */
export function useAddress(path: string, written: string, box: Box, take: (box: Box) => void, write: (text: string) => void): void {
  // On the way to another page, the address is already that page's.
  const here = useLocation({ select: (location) => location.pathname === path })
  const { text, ahead } = box
  const latest = useRef({ box, take, write })
  latest.current = { box, take, write }
  useEffect(() => {
    const { box: now, take: put } = latest.current
    if (here && !now.ahead && now.text !== written) put({ text: written, ahead: false })
  }, [here, written])
  useEffect(() => () => latest.current.take({ ...latest.current.box, ahead: false }), [])
  useEffect(() => {
    if (!ahead || !here) return
    if (text === written) {
      latest.current.take({ text, ahead: false })
      return
    }
    const timer = setTimeout(() => latest.current.write(text), addressDelay)
    return () => clearTimeout(timer)
  }, [text, ahead, here, written])
}
