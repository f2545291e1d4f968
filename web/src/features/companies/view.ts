import type { Group } from '@/lib/filter/types'
import { filterOf, type View } from '@/lib/list-view'

/** The columns that are shown when nobody has chosen. */
export const defaultColumns = ['domains', 'country', 'city', 'contacts_count', 'last_seen_at']

/** The standard fields that a column can show. */
export const columnFields = [
  'domains', 'identifier', 'country', 'city', 'labels', 'contacts_count', 'last_seen_at', 'created_at', 'updated_at',
]

/** The standard fields whose values are counted beside the list. */
export const facetFields = ['country', 'labels']

/** The orders of the list. */
export const sorts = ['-last_seen_at', 'name', '-contacts_count', '-created_at', '-updated_at'] as const

/** orderOf is the order of a view: those whose people were last seen come first. */
export function orderOf(view: View): string {
  return view.sort ?? '-last_seen_at'
}

/** askedOf is the filter of a view: its words as a part of the name, and what is picked, but for one facet. */
export function askedOf(view: View, but?: string): Group | undefined {
  const picked = filterOf(view.picks, but)
  const words = view.q?.trim()
  if (!words) return picked
  return { combinator: 'and', rules: [{ field: 'name', operator: 'contains', value: words }, ...(picked?.rules ?? [])] }
}
