import type { components } from '@/lib/api/schema'
import { missing } from './same'
import type { Shape } from './queue'

export type Contact = components['schemas']['Contact']

const prefix = 'attributes.'

/** bodyOf is the merge patch of one field. A missing value removes it. */
export function bodyOf(field: string, value: unknown): components['schemas']['ContactInput'] {
  const sent = missing(value) && !Array.isArray(value) ? null : value
  return field.startsWith(prefix) ? { attributes: { [field.slice(prefix.length)]: sent } } : { [field]: sent }
}

/** contactShape knows the fields of contacts, named as in filters. */
export const contactShape: Shape<Contact> = {
  get: (contact, field) =>
    field.startsWith(prefix)
      ? contact.attributes[field.slice(prefix.length)]
      : (contact as unknown as Record<string, unknown>)[field],
  set(contact, field, value) {
    const present = missing(value) && !Array.isArray(value) ? undefined : value
    if (field.startsWith(prefix)) {
      return { ...contact, attributes: { ...contact.attributes, [field.slice(prefix.length)]: present } }
    }
    return { ...contact, [field]: present }
  },
}
