import type { Group } from '@/lib/filter/types'
import { fold } from '@/lib/text'
import { namedIn } from '../builder/cycles'
import type { Segment } from '../queries'
import type { ListView } from '../views'

/** What is known of how many are in a segment: a number, that it is broken and why, or nothing yet. */
export interface Size {
  count?: number | undefined
  broken?: string | undefined
}

/** Row is a segment with what the list shows of it. */
export interface Row {
  segment: Segment
  size: Size
  /** How many more there are than in the last snapshot; undefined while one of the two is unknown. */
  change: number | undefined
  usedBy: Segment[]
}

/** rowsOf are the segments that a view shows, in its order. Broken ones come first, and what is unknown last. */
export function rowsOf(segments: readonly Segment[], sizes: ReadonlyMap<string, Size>, view: ListView): Row[] {
  const users = usersOf(segments)
  const words = fold(view.q ?? '').split(/\s+/).filter(Boolean)
  return segments
    .filter(({ name, labels, owner }) => {
      const text = fold([name, owner ?? '', ...(labels ?? [])].join(' '))
      return words.every((word) => text.includes(word))
    })
    .map((segment) => {
      const size = sizes.get(segment.id) ?? {}
      const before = segment.snapshot?.count
      const change = size.count === undefined || before === undefined ? undefined : size.count - before
      return { segment, size, change, usedBy: users.get(segment.id) ?? [] }
    })
    .sort((a, b) => Number(b.size.broken !== undefined) - Number(a.size.broken !== undefined) || compare(a, b, view.sort))
}

function usersOf(segments: readonly Segment[]): Map<string, Segment[]> {
  const users = new Map<string, Segment[]>()
  for (const segment of segments) {
    for (const id of new Set(namedIn(segment.filter as Group | undefined))) {
      users.set(id, [...(users.get(id) ?? []), segment])
    }
  }
  return users
}

function compare(a: Row, b: Row, sort: ListView['sort']): number {
  const byName = a.segment.name.localeCompare(b.segment.name)
  switch (sort) {
    case '-count':
      return (b.size.count ?? -1) - (a.size.count ?? -1) || byName
    case '-change':
      return Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0) || byName
    case 'next':
      return (a.segment.schedule?.next_run_at ?? '~').localeCompare(b.segment.schedule?.next_run_at ?? '~') || byName
    default:
      return byName
  }
}
