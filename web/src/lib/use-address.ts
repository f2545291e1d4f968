import { useEffect, useRef } from 'react'

/** How long after the last letter the address follows, in milliseconds. */
const addressDelay = 150

/**
 * useAddress keeps a box and the address the same. The address follows the box a moment later; `write` replaces it, so
 * that Back leaves the page in one step. The box follows an address that somebody else wrote: Back, a link.
 */
export function useAddress(written: string, text: string, take: (text: string) => void, write: (text: string) => void): void {
  const own = useRef<string | null>(null)
  const latest = useRef({ take, write })
  latest.current = { take, write }
  useEffect(() => {
    if (written === own.current) return
    own.current = written
    latest.current.take(written)
  }, [written])
  useEffect(() => {
    if (own.current === null || text === own.current) return
    const timer = setTimeout(() => {
      own.current = text
      latest.current.write(text)
    }, addressDelay)
    return () => clearTimeout(timer)
  }, [text])
}
