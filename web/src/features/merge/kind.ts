import type { MergeKind } from '@/components/merge/rows'
import { contactShape, type Contact } from '@/lib/edits/contact'

/** contactKind says how two contacts are merged. */
export const contactKind: MergeKind<Contact> = {
  chosenByHand: [
    'name', 'first_name', 'last_name', 'type', 'emails', 'phones', 'identities', 'identifier', 'company', 'country', 'city', 'labels',
  ],
  shownOnly: (stays, gone) => {
    const said = [...new Set([...Object.keys(stays.consent ?? {}), ...Object.keys(gone.consent ?? {})])].sort()
    return [...said.map((channel) => `consent.${channel}`), 'channels', 'created_at', 'last_seen_at', 'blocked']
  },
  together: [
    ['name', 'first_name', 'last_name'],
    ['country', 'city'],
  ],
  valueOf: (contact, field) => {
    const consent = /^consent\.(\w+)$/.exec(field)?.[1]
    return consent ? contact.consent?.[consent] : contactShape.get(contact, field)
  },
}
