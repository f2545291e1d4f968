import type { Messages } from './i18n/en'

/** StandardField is the name of a field that every contact or company has, with `_` for `.` */
export type StandardField = keyof Messages['fields']

const names = [
  'id', 'type', 'name', 'first_name', 'last_name', 'email', 'phone', 'identifier', 'country', 'city', 'company',
  'company.name', 'labels', 'channels', 'blocked', 'created_at', 'updated_at', 'last_seen_at', 'conversations_count',
  'open_conversations', 'last_message_at', 'reachable', 'domains', 'contacts_count',
]

/** standard are the fields that every contact or company has. */
export const standard = new Set(names)
