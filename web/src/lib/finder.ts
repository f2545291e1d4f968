import { useSyncExternalStore, type KeyboardEvent } from 'react'
import type { Box } from './use-address'

/**
 * finder joins the search box of the top bar with the page that answers it. The text is here and not in the address,
 * so that the caret stays where it is while the address follows.
 */
interface Finder extends Box {
  /** The element of the active row, for screen readers; empty for none. */
  active: string
}

let state: Finder = { text: '', active: '', ahead: false }
const listeners = new Set<() => void>()
let keys: ((event: KeyboardEvent<HTMLInputElement>) => void) | undefined

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** updateFinder changes the text or the active row. */
export function updateFinder(change: Partial<Finder>): void {
  const next = { ...state, ...change }
  if (next.text === state.text && next.active === state.active && next.ahead === state.ahead) return
  state = next
  for (const listener of listeners) listener()
}

/** useFinder is the text of the box and the active row, whoever changes them. */
export function useFinder(): Finder {
  return useSyncExternalStore(subscribe, () => state)
}

/** answerKeys lets a page answer keys that are pressed in the box. It returns what ends that. */
export function answerKeys(answer: (event: KeyboardEvent<HTMLInputElement>) => void): () => void {
  keys = answer
  return () => {
    if (keys === answer) keys = undefined
  }
}

/** pressed passes a key to the page. */
export function pressed(event: KeyboardEvent<HTMLInputElement>): void {
  keys?.(event)
}

/** boxID names the search box; gridID and companiesID the people and the companies that it controls. */
export const boxID = 'search-people'
export const gridID = 'people'
export const companiesID = 'found-companies'

/** focusBox puts the caret into the box and takes all of its text, unless somebody is in it: a letter would replace that. */
export function focusBox(): void {
  const box = document.getElementById(boxID)
  if (box instanceof HTMLInputElement && box !== document.activeElement) {
    box.focus()
    box.select()
  }
}
