import type { Columns } from '@/components/list/use-columns'
import { sent } from '@/lib/filter/types'
import { filterOf, type View } from '@/lib/list-view'

/** The columns that are shown when nobody has chosen. */
export const columnsBy: Columns = {
  narrow: ['domains', 'country', 'contacts_count'],
  usual: ['domains', 'country', 'city', 'contacts_count', 'last_seen_at'],
  wide: ['domains', 'identifier', 'country', 'city', 'labels', 'contacts_count', 'created_at', 'last_seen_at'],
}

/** The standard fields that a column can show. */
export const columnFields = [
  'domains', 'identifier', 'country', 'city', 'labels', 'contacts_count', 'last_seen_at', 'created_at', 'updated_at',
]

/** The standard fields whose values are counted beside the list. */
export const facetFields = ['country', 'labels']

/** The orders of the list. Without words there is no best match. */
export const sorts = ['', '-last_seen_at', 'name', '-contacts_count', '-created_at', '-updated_at'] as const

/** orderOf is the order of a view: with words the best match, else those whose people were last seen come first. */
export function orderOf(view: View): string | undefined {
  return view.sort ?? (view.q?.trim() ? undefined : '-last_seen_at')
}

/** askedOf is whom a view asks for: its words, and what is picked, but for one facet. */
export function askedOf(view: View, but?: string): { query?: string; filter?: NonNullable<ReturnType<typeof sent>> } {
  const query = view.q?.trim()
  const filter = sent(filterOf(view.picks, but))
  return { ...(query && { query }), ...(filter && { filter }) }
}

/** questionOf is the question of a view, as the API takes it. */
export function questionOf(view: View) {
  const sort = orderOf(view)
  return { ...askedOf(view), ...(sort && { sort }) }
}
