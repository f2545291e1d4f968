/**
 * What this browser remembers between visits. A browser without storage remembers it until the page is closed, and
 * nothing here throws.
 */
export const stored = remembering(() => window.localStorage, 'kundi-')

/** What this tab remembers: drafts and what is too long for an address. Signing out forgets it. */
export const drafts = remembering(() => window.sessionStorage, 'kundi-draft-')

/** Whose drafts they are. */
const owner = remembering(() => window.sessionStorage, 'kundi-owner')

/** claimDrafts is for whoever has signed in. What somebody else has typed in this tab is forgotten. */
export function claimDrafts(id: string): void {
  const before = owner.get('')
  if (before !== null && before !== id) drafts.forgetAll()
  owner.set('', id)
}

/** watchLeaving asks who leaves the page first, when the browser did not store what they typed. */
export function watchLeaving(): void {
  window.addEventListener('beforeunload', (event) => {
    if (drafts.fleeting()) event.preventDefault()
  })
}

interface Remembered {
  get(name: string): string | null
  set(name: string, value: string): void
  forget(name: string): void
  forgetAll(): void
  /** Whether something is remembered only until the page is closed. */
  fleeting(): boolean
}

function remembering(storage: () => Storage, prefix: string): Remembered {
  const spare = new Map<string, string>()
  const attempt = <T>(work: (s: Storage) => T, otherwise: T): T => {
    try {
      return work(storage())
    } catch {
      return otherwise
    }
  }
  return {
    get: (name) => spare.get(name) ?? attempt((s) => s.getItem(prefix + name), null),
    set(name, value) {
      const kept = attempt((s) => (s.setItem(prefix + name, value), true), false)
      if (kept) spare.delete(name)
      else spare.set(name, value)
    },
    forget(name) {
      spare.delete(name)
      attempt((s) => s.removeItem(prefix + name), undefined)
    },
    forgetAll() {
      spare.clear()
      attempt((s) => {
        for (const key of Object.keys(s)) if (key.startsWith(prefix)) s.removeItem(key)
      }, undefined)
    },
    fleeting: () => spare.size > 0,
  }
}
