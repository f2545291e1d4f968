import { useEffect, useRef, useState, type RefObject } from 'react'

/** How far out of sight a row is drawn already, in pixels. */
const margin = 400

const rows = new WeakMap<Element, () => void>()
let watch: IntersectionObserver | undefined

/** One observer watches all rows: there can be hundreds. */
function watcher(): IntersectionObserver {
  watch ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) rows.get(target)?.()
    },
    { root: document.getElementById('page'), rootMargin: `${margin}px` },
  )
  return watch
}

/** useNear says whether an element has come near. What has, stays so. `at` says it at first, and `come` makes it so. */
export function useNear(at: () => boolean): { ref: RefObject<HTMLDivElement | null>; near: boolean; come: () => void } {
  const ref = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(at)
  useEffect(() => {
    const element = ref.current
    if (near || !element) return
    rows.set(element, () => setNear(true))
    watcher().observe(element)
    return () => watcher().unobserve(element)
  }, [near])
  return { ref, near, come: () => setNear(true) }
}
