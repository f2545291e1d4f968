import { useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { arrive, leave } from '@/lib/arrival'
import { boxID } from '@/lib/finder'

/**
 * useArrival moves the focus with each step to another page, so that screen readers begin at its top and the keys of a
 * page work at once. Find is the exception: it is read from the search box, which it takes by itself.
 */
export function useArrival(): void {
  const router = useRouter()
  useEffect(() => {
    const away = router.subscribe('onBeforeLoad', ({ pathChanged, toLocation }) => {
      if (pathChanged && toLocation.pathname !== '/find' && document.activeElement?.id === boxID) leave()
    })
    const there = router.subscribe('onRendered', ({ pathChanged, fromLocation, toLocation }) => {
      if (pathChanged && fromLocation && toLocation.pathname !== '/find') arrive()
    })
    return () => {
      away()
      there()
    }
  }, [router])
}
