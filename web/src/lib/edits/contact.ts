import type { components } from '@/lib/api/schema'
import { recordShape } from './record'

export type Contact = components['schemas']['Contact']

/** contactShape knows the fields of contacts, named as in filters. */
export const contactShape = recordShape<Contact>()
