import { useEffect, useRef } from 'react'
import { preferences } from './preferences'

/** Whether keys that are pressed now are text that somebody types. */
export function typing(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.closest('input:not([type=checkbox]):not([type=radio]), textarea, select, [role=combobox]') !== null)
  )
}

/** Whether a dialog or a menu lies over the page. */
function covered(): boolean {
  return document.querySelector('[role=dialog][aria-modal=true], [role=menu]') !== null
}

/**
 * useShortcuts answers single keys, like `n`, and pairs of them, like `g f`. They are off while somebody types, while a
 * dialog is open, with Ctrl, Alt or Meta, and when the person has switched them off.
 */
export function useShortcuts(shortcuts: Record<string, () => void>): void {
  const latest = useRef(shortcuts)
  latest.current = shortcuts
  useEffect(() => {
    let first = ''
    let since = 0
    const answer = (event: KeyboardEvent) => {
      if (!preferences().shortcuts || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      if (typing(event.target) || covered()) return
      // When the keys were pressed counts: a busy page hears of them later.
      const pair = event.timeStamp - since < 1_000 ? `${first} ${event.key}` : ''
      const action = latest.current[pair] ?? latest.current[event.key]
      first = event.key
      since = event.timeStamp
      if (!action) return
      first = ''
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', answer)
    return () => window.removeEventListener('keydown', answer)
  }, [])
}

/** The layers over a page that Esc closes first. */
const layers = '[role=dialog], [role=menu], [role=listbox]'

/**
 * useEscape answers Esc when it closes nothing else: no layer over the page, no field that somebody types in.
 */
export function useEscape(leave: () => void): void {
  const latest = useRef(leave)
  latest.current = leave
  useEffect(() => {
    let taken = false
    // A layer may be gone before the page hears of the key, so it is looked for on the way down.
    const look = (event: KeyboardEvent) => {
      taken = typing(event.target) || document.querySelector(layers) !== null
    }
    const answer = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && !taken && !event.defaultPrevented) latest.current()
    }
    window.addEventListener('keydown', look, true)
    window.addEventListener('keydown', answer)
    return () => {
      window.removeEventListener('keydown', look, true)
      window.removeEventListener('keydown', answer)
    }
  }, [])
}
