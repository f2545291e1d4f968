import { useQuery, useQueryClient } from '@tanstack/react-query'
import { holdersOf } from '@/components/fields/holders'
import { useEditable, type Edited, type RecordKind } from '@/components/fields/use-editable'
import type { Contact } from '@/lib/edits/contact'
import { contactQueues } from '@/lib/edits/contact-queue'
import { originOf } from './fields'
import { about, contact } from './queries'
import { TakenCard } from './taken-card'

/** Person is one contact, with the edits that are on their way, and the answers about it. */
export interface Person extends Edited<Contact> {
  /** Asks for everything about the contact again. */
  refresh: () => void
}

const contacts: RecordKind<Contact> = {
  entity: 'contact',
  queues: contactQueues,
  saved: (queries, id) => {
    void queries.invalidateQueries({ queryKey: about(id) })
    void queries.invalidateQueries({ queryKey: ['contacts', 'search'] })
    void queries.invalidateQueries({ queryKey: ['contacts', 'facets'] })
  },
  originOf,
  holders: (id, problem) => holdersOf(problem).map((holder) => <TakenCard key={holder} mine={id} holder={holder} />),
}

/** useRecord is a contact by its id. */
export function useRecord(id: string) {
  const queries = useQueryClient()
  const read = useQuery(contact(id))
  const { editable, record } = useEditable(contacts, id, read)
  const person: Person = { ...editable, refresh: () => void queries.invalidateQueries({ queryKey: about(id) }) }
  return { read, person, record }
}
