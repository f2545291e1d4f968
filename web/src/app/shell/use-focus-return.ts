import { useEffect } from 'react'

/** What lies over a page and takes the focus. */
const layers = '[role=dialog], [role=menu]'

/** Where somebody goes on who has saved a form whose button has nothing more to do. What opens a list by itself is none. */
const boxes = ':is(input, select, textarea):not(:disabled, [type=hidden], [aria-haspopup])'

/**
 * useFocusReturn gives the focus back to what opened a dialog or a menu, once that is closed. A layer that is drawn only
 * while it is open is gone before it could do so itself. It also gives it back to a button that could not be pressed, and
 * so could not keep it, while it was at work.
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
    const giveBack = (changed: MutationRecord[]) => {
      if (document.activeElement !== document.body || !last) return
      const { element, layered } = last
      if (!element.isConnected) {
        if (layered) opener?.focus({ preventScroll: true })
      } else if (changed.some(({ type, target }) => type === 'attributes' && target === element) && !element.hasAttribute('data-loading')) {
        const next = element.matches(':disabled') ? element.closest('form')?.querySelector<HTMLElement>(boxes) : element
        next?.focus({ preventScroll: true })
      }
    }
    const changes = new MutationObserver(giveBack)
    changes.observe(document.body, { childList: true, subtree: true, attributeFilter: ['data-loading'] })
    document.addEventListener('focusin', follow)
    return () => {
      changes.disconnect()
      document.removeEventListener('focusin', follow)
    }
  }, [])
}
