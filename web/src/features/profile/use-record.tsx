import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Editable } from '@/components/fields/editable'
import { holdersOf } from '@/components/fields/holders'
import { contactShape, type Contact } from '@/lib/edits/contact'
import { contactQueue, contactQueues } from '@/lib/edits/contact-queue'
import type { EditQueue, View } from '@/lib/edits/queue'
import { originOf } from './fields'
import { about, contact } from './queries'
import { TakenCard } from './taken-card'

/** Person is one contact, with the edits that are on their way, and the answers about it. */
export interface Person extends Editable {
  queue: EditQueue<Contact>
  view: View<Contact>
  /** Asks for everything about the contact again. */
  refresh: () => void
}

/** useRecord is a contact by its id. The queue has the newest state, whichever answer came last. */
export function useRecord(id: string) {
  const queries = useQueryClient()
  const queue = contactQueue(id)
  const read = useQuery(contact(id))
  const view = useSyncExternalStore(queue.subscribe, queue.read)
  useEffect(() => {
    contactQueues.onSaved((saved) => {
      void queries.invalidateQueries({ queryKey: about(saved) })
      void queries.invalidateQueries({ queryKey: ['contacts', 'search'] })
      void queries.invalidateQueries({ queryKey: ['contacts', 'facets'] })
    })
  }, [queries])
  const refresh = () => void queries.invalidateQueries({ queryKey: about(id) })
  // The answer to a change says nothing of where values come from: until the next reading, what was known stands.
  const provenance = view.record?.provenance ?? read.data?.record.provenance ?? {}
  const person: Person = {
    id,
    entity: 'contact',
    queue,
    view,
    fields: view.fields,
    valueOf: (field) => view.record && contactShape.get(view.record, field),
    originOf: (field) => originOf(provenance, field),
    holders: (problem) => holdersOf(problem).map((holder) => <TakenCard key={holder} mine={id} holder={holder} />),
    refresh,
  }
  return { read, person, record: view.record ?? read.data?.record }
}
