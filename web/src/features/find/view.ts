import type { Columns } from '@/components/list/use-columns'

/** The columns that are shown when nobody has chosen. */
export const columnsBy: Columns = {
  narrow: ['email', 'last_seen_at'],
  usual: ['email', 'phone', 'company', 'last_seen_at'],
  wide: ['email', 'phone', 'company', 'country', 'city', 'labels', 'conversations_count', 'last_seen_at'],
}

/** The standard fields that a column can show. */
export const columnFields = [
  'email', 'phone', 'company', 'type', 'country', 'city', 'identifier', 'labels', 'channels', 'last_seen_at', 'created_at',
  'updated_at', 'conversations_count', 'last_message_at',
]

/** The fields whose values are counted beside the list. */
export const facetFields = ['type', 'country', 'labels', 'channels', 'company.name']

/** The orders of the list. Without words there is no best match. */
export const sorts = ['', '-last_seen_at', 'name', '-created_at', '-updated_at'] as const
