import { useEffect } from 'react'

/** What lies over a page and takes the focus. */
const layers = '[role=dialog], [role=menu]'

/**
 * useFocusReturn gives the focus back to what opened a dialog or a menu, once that is closed. A layer that is drawn only
 * while it is open is gone before it could do so itself.
 */
export function useFocusReturn(): void {
  useEffect(() => {
    let last: { element: HTMLElement; layered: boolean } | undefined
    let opener: HTMLElement | undefined
    const follow = ({ target }: FocusEvent) => {
      if (!(target instanceof HTMLElement)) return
      const layer = target.closest(layers)
      last = { element: target, layered: layer !== null }
      // A button that was drawn anew together with its menu names it.
      const from = layer ? document.getElementById(layer.getAttribute('aria-labelledby') ?? '') : target
      if (from && !from.closest(layers)) opener = from
    }
    const giveBack = () => {
      if (document.activeElement !== document.body || !last?.layered || last.element.isConnected) return
      opener?.focus({ preventScroll: true })
    }
    const changes = new MutationObserver(giveBack)
    changes.observe(document.body, { childList: true, subtree: true })
    document.addEventListener('focusin', follow)
    return () => {
      changes.disconnect()
      document.removeEventListener('focusin', follow)
    }
  }, [])
}
