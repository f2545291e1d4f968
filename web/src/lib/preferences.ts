import { useSyncExternalStore } from 'react'
import { stored } from './stored'

/** How somebody wants the console to be, in this browser. */
export interface Preferences {
  density: 'comfortable' | 'compact'
  shortcuts: boolean // keys without Ctrl or Alt
  rail: 'open' | 'closed'
}

const defaults: Preferences = { density: 'comfortable', shortcuts: true, rail: 'closed' }

const listeners = new Set<() => void>()
let current = read()

function read(): Preferences {
  try {
    return { ...defaults, ...(JSON.parse(stored.get('preferences') ?? '{}') as Partial<Preferences>) }
  } catch {
    return defaults
  }
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** prefer changes a preference. */
export function prefer(change: Partial<Preferences>): void {
  current = { ...current, ...change }
  stored.set('preferences', JSON.stringify(current))
  for (const listener of listeners) listener()
}

/** preferences are those of now. */
export function preferences(): Preferences {
  return current
}

/** usePreferences are the preferences, whoever changes them. */
export function usePreferences(): Preferences {
  return useSyncExternalStore(subscribe, preferences)
}
