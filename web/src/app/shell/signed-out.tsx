import { useQueryClient } from '@tanstack/react-query'
import { Suspense, useEffect, useRef, useState } from 'react'
import { onSignedOut } from '@/lib/api/client'
import { later } from '@/lib/fetched'
import { session, type Session } from '@/lib/session'

const SignInDialog = later(async () => (await import('./sign-in-dialog')).SignInDialog)

/** SignedOut lies over the page when the session has ended. Requests wait for it, and go on afterwards. */
export function SignedOut() {
  const queries = useQueryClient()
  const [open, setOpen] = useState(false)
  const waiting = useRef<{ go: () => void }[]>([])

  useEffect(() => {
    onSignedOut(
      () =>
        new Promise((go) => {
          waiting.current.push({ go })
          setOpen(true)
        }),
    )
    return () => onSignedOut(undefined)
  }, [])

  const enter = (made: Session) => {
    const before = queries.getQueryData(session.queryKey)
    queries.setQueryData(session.queryKey, made)
    // Somebody else: what waits is not theirs to send.
    if (before && before.who.id !== made.who.id) {
      window.location.reload()
      return
    }
    setOpen(false)
    for (const request of waiting.current.splice(0)) request.go()
  }

  return open ? (
    <Suspense>
      <SignInDialog enter={enter} />
    </Suspense>
  ) : null
}
