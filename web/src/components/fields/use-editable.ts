import { useQueryClient, type QueryClient, type UseQueryResult } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore, type ReactNode } from 'react'
import type { Problem } from '@/lib/api/problem'
import type { EditQueue, Versioned, View } from '@/lib/edits/queue'
import type { Queues } from '@/lib/edits/queues'
import type { Editable, Origin } from './editable'

/** Provenance is where each value of a record comes from, by the name of the field. */
export type Provenance = Readonly<Record<string, Origin>>

/** RecordKind is what differs between the kinds of records that are edited in place. */
export interface RecordKind<R extends { version: number }> {
  entity: Editable['entity']
  queues: Queues<R>
  /** Reads again what a field that was saved is shown in. */
  saved: (queries: QueryClient, id: string, now: R, field: string) => void
  /** Where the value of a field comes from; without, nobody knows. */
  originOf?: (provenance: Provenance, field: string) => Origin | undefined
  /** As in Editable, of the record with an id. */
  holders?: (id: string, problem: Problem) => ReactNode
}

/** Edited is one record, with the edits that are on their way. */
export interface Edited<R> extends Editable {
  queue: EditQueue<R>
  view: View<R>
}

/** useEditable is a record by its id. The queue has the newest state, whichever answer came last. */
export function useEditable<R extends { version: number; provenance?: Provenance }>(
  kind: RecordKind<R>,
  id: string,
  read: UseQueryResult<Versioned<R>>,
): { editable: Edited<R>; record: R | undefined } {
  const queries = useQueryClient()
  const queue = kind.queues.of(id)
  const view = useSyncExternalStore(queue.subscribe, queue.read)
  useEffect(() => kind.queues.onSaved((saved, { record }, field) => kind.saved(queries, saved, record, field)), [kind, queries])
  // The answer to a change says nothing of where values come from: until the next reading, what was known stands.
  const provenance = view.record?.provenance ?? read.data?.record.provenance ?? {}
  const { holders } = kind
  const editable: Edited<R> = {
    id,
    entity: kind.entity,
    queue,
    view,
    fields: view.fields,
    valueOf: (field) => view.record && kind.queues.shape.get(view.record, field),
    originOf: (field) => kind.originOf?.(provenance, field),
    ...(holders && { holders: (problem) => holders(id, problem) }),
  }
  return { editable, record: view.record ?? read.data?.record }
}
