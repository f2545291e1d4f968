import { useTranslation } from 'react-i18next'
import type { Control } from '@/components/fields/control'
import { useFieldLabels } from '@/lib/field-label'
import type { Channel } from '@/lib/shown'

/** The fields of the identity, in the order of the page, and how each is edited. */
export const identityFields: { field: string; kind: Control['kind'] }[] = [
  { field: 'name', kind: 'text' },
  { field: 'first_name', kind: 'text' },
  { field: 'last_name', kind: 'text' },
  { field: 'type', kind: 'option' },
  { field: 'emails', kind: 'emails' },
  { field: 'phones', kind: 'phones' },
  { field: 'identities', kind: 'identities' },
  { field: 'identifier', kind: 'text' },
  { field: 'company', kind: 'company' },
  { field: 'country', kind: 'country' },
  { field: 'city', kind: 'text' },
  { field: 'labels', kind: 'labels' },
]

/** The fields that are shown below and that nobody edits. */
export const readOnlyFields = [
  'last_seen_at', 'channels', 'reachable', 'conversations_count', 'open_conversations', 'last_message_at', 'first_reply_at',
  'last_reply_at', 'identifiers', 'created_at', 'updated_at', 'id',
]

const originFields: Record<string, string[]> = {
  company: ['company_id'],
  // As long as there is one address, it is all that the history knows.
  emails: ['emails', 'email'],
  phones: ['phones', 'phone'],
}

/** originOf is where the value of a field of the page comes from. */
export function originOf<T>(provenance: Readonly<Record<string, T>>, field: string): T | undefined {
  for (const name of originFields[field] ?? [field]) if (provenance[name]) return provenance[name]
  return undefined
}

const own = new Set([
  'emails', 'phones', 'identities', 'identifiers', 'absorbed', 'company_id', 'block.reason', 'block.until', 'first_reply_at',
  'last_reply_at', 'suppressed',
])

/** useLabels gives what any field of a history is called, also those that no filter has. */
export function useLabels(): (field: string) => string {
  const { t } = useTranslation()
  const label = useFieldLabels()
  return (field) => {
    const consent = /^consent\.(\w+)(?:\.(at|proof))?$/.exec(field)
    if (consent) {
      const channel = t(`channels.${consent[1] as Channel}`)
      if (!consent[2]) return t('profile.fields.consent', { channel })
      return t(consent[2] === 'at' ? 'profile.fields.consentAt' : 'profile.fields.consentProof', { channel })
    }
    return own.has(field) ? t(`profile.fields.${field as 'emails'}`) : label(field)
  }
}
