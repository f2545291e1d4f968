import { isGroup, type Group, type Rule } from '@/lib/filter/types'

interface Named {
  id: string
  filter?: unknown
}

/** namedIn are the segments that a filter names. */
export function namedIn(filter: Group | undefined): string[] {
  return (filter?.rules ?? []).flatMap((node: Rule | Group) => {
    if (isGroup(node)) return namedIn(node)
    return node.field === 'segment' && Array.isArray(node.value) ? node.value.map(String) : []
  })
}

/** circular are the segments that a segment cannot name, because they lead back to it; itself too. */
export function circular(segments: readonly Named[], id: string): ReadonlySet<string> {
  const names = new Map(segments.map((segment) => [segment.id, namedIn(segment.filter as Group | undefined)]))
  const back = new Set(id ? [id] : [])
  for (let before = -1; before !== back.size; ) {
    before = back.size
    for (const [other, named] of names) if (named.some((one) => back.has(one))) back.add(other)
  }
  return back
}
