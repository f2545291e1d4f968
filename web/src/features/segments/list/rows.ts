import type { Group } from '@/lib/filter/types'
import { fold } from '@/lib/text'
import { namedIn } from '../builder/cycles'
import type { Segment } from '../queries'
import type { ListView } from '../views'

/** Row is a segment with what the list shows of it. */
export interface Row {
  segment: Segment
  /** How many are in it now; undefined while that is unknown. */
  count: number | undefined
  /** Why nobody can say who is in it; empty when somebody can. */
  broken: string
  /** How many more there are than in the last snapshot; undefined while one of the two is unknown. */
  change: number | undefined
  usedBy: Segment[]
}

/** rowsOf are the segments that a view shows, in its order. Broken ones come first, and what is unknown last. */
export function rowsOf(segments: readonly Segment[], counts: ReadonlyMap<string, number> | undefined, view: ListView): Row[] {
  const users = usersOf(segments)
  const words = fold(view.q ?? '').split(/\s+/).filter(Boolean)
  return segments
    .filter(({ name, labels, owner }) => {
      const text = fold([name, owner ?? '', ...(labels ?? [])].join(' '))
      return words.every((word) => text.includes(word))
    })
    .map((segment) => {
      const [count, before] = [counts?.get(segment.id), segment.snapshot?.count]
      return {
        segment,
        count,
        broken: (segment.broken ?? []).map(({ detail }) => detail).join('; '),
        change: count === undefined || before === undefined ? undefined : count - before,
        usedBy: users.get(segment.id) ?? [],
      }
    })
    .sort((a, b) => Number(b.broken !== '') - Number(a.broken !== '') || compare(a, b, view.sort))
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
      return (b.count ?? -1) - (a.count ?? -1) || byName
    case '-change':
      return Math.abs(b.change ?? 0) - Math.abs(a.change ?? 0) || byName
    case 'next':
      return (a.segment.schedule?.next_run_at ?? '~').localeCompare(b.segment.schedule?.next_run_at ?? '~') || byName
    default:
      return byName
  }
}
