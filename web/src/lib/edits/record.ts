import { missing } from './same'
import type { Shape } from './queue'

/** Attributed is a record with custom attributes by key. */
interface Attributed {
  attributes: Record<string, unknown>
}

const prefix = 'attributes.'

/** bodyOf is the merge patch of one field. A missing value removes it. */
export function bodyOf(field: string, value: unknown): Record<string, unknown> {
  const sent = missing(value) && !Array.isArray(value) ? null : value
  return field.startsWith(prefix) ? { attributes: { [field.slice(prefix.length)]: sent } } : { [field]: sent }
}

/** recordShape knows the fields of records with attributes, named as in filters. */
export function recordShape<R extends Attributed>(): Shape<R> {
  return {
    get: (record, field) =>
      field.startsWith(prefix)
        ? record.attributes[field.slice(prefix.length)]
        : (record as unknown as Record<string, unknown>)[field],
    set(record, field, value) {
      const present = missing(value) && !Array.isArray(value) ? undefined : value
      if (field.startsWith(prefix)) {
        return { ...record, attributes: { ...record.attributes, [field.slice(prefix.length)]: present } }
      }
      return { ...record, [field]: present }
    },
  }
}
