import { same } from '@/lib/edits/same'
import { drafts } from '@/lib/stored'

/** Draft is what somebody types into a field, and what the field had when they began. */
export interface Draft {
  value: unknown
  base: unknown
  /** What stands in the box of a list and is no member of it yet, like a label that is not finished. */
  half?: string
  /** Whether the field is being edited; false after Esc, which keeps what was typed for once. */
  open: boolean
}

const name = (id: string, field: string) => `field-${id}-${field}`

/** nothingIn says whether nothing is typed that could be lost. */
export function nothingIn({ value, base, half }: Draft): boolean {
  return same(value, base) && !half
}

/** keepDraft keeps what is typed, so that a reload or leaving the page loses nothing. */
export function keepDraft(id: string, field: string, draft: Draft): void {
  drafts.set(name(id, field), JSON.stringify({ ...draft, value: draft.value ?? null, base: draft.base ?? null }))
}

/** dropDraft forgets it. */
export function dropDraft(id: string, field: string): void {
  drafts.forget(name(id, field))
}

/** draftOf is what was typed before, if anything was. */
export function draftOf(id: string, field: string): Draft | undefined {
  try {
    const kept = JSON.parse(drafts.get(name(id, field)) ?? 'null') as Draft | null
    return kept ?? undefined
  } catch {
    return undefined
  }
}
