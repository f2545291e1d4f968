import { isGroup, type Group, type Rule } from '@/lib/filter/types'
import { drafts } from '@/lib/stored'
import type { GroupNode } from './model'

/** Draft is what somebody built and has not saved. */
export interface Draft {
  name: string
  description: string
  /** Whether those who pass now become its members, and stay. */
  fixed?: boolean
  filter: Group
  /** The version of the segment that it began from; 0 for a new one. */
  version: number
  /** When, in milliseconds since 1970. */
  at: number
}

const nameOf = (id: string) => `segment-${id || 'new'}`

/** plain is a tree without its ids, also with rows that are not finished. */
export function plain(root: GroupNode): Group {
  return JSON.parse(JSON.stringify(root, (key, value: unknown) => (key === 'id' ? undefined : value))) as Group
}

/** keepDraft remembers a draft until the tab is closed or somebody signs out. */
export function keepDraft(id: string, draft: Draft): void {
  drafts.set(nameOf(id), JSON.stringify(draft))
}

/** forgetDraft is for when it is saved, or not wanted. */
export function forgetDraft(id: string): void {
  drafts.forget(nameOf(id))
}

/** draftOf is the draft of a segment, if there is one that can be read. */
export function draftOf(id: string): Draft | undefined {
  try {
    const draft = JSON.parse(drafts.get(nameOf(id)) ?? 'null') as Draft | null
    return draft && typeof draft.name === 'string' && isFilter(draft.filter) ? draft : undefined
  } catch {
    return undefined
  }
}

/** isFilter says whether something that was read from an address or a store has the shape of a filter. */
export function isFilter(read: unknown): read is Group {
  if (typeof read !== 'object' || read === null) return false
  const { combinator, rules } = read as Record<string, unknown>
  return (combinator === 'and' || combinator === 'or') && Array.isArray(rules) && rules.every(isNode)
}

function isNode(read: unknown): boolean {
  if (typeof read !== 'object' || read === null) return false
  if (isGroup(read as Rule | Group)) return isFilter(read)
  const { field, operator, where } = read as Record<string, unknown>
  return typeof field === 'string' && typeof operator === 'string' && (where === undefined || isFilter(where))
}
