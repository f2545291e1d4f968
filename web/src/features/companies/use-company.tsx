import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Editable } from '@/components/fields/editable'
import { holdersOf } from '@/components/fields/holders'
import { companyShape } from '@/lib/edits/company'
import { companyQueue, companyQueues } from '@/lib/edits/company-queue'
import { about, company } from './queries'
import { TakenCompany } from './taken-company'

/** useCompany is a company by its id, with the edits that are on their way. The queue has the newest state. */
export function useCompany(id: string) {
  const queries = useQueryClient()
  const queue = companyQueue(id)
  const read = useQuery(company(id))
  const view = useSyncExternalStore(queue.subscribe, queue.read)
  useEffect(() => {
    companyQueues.onSaved((saved, _, field) => {
      void queries.invalidateQueries({ queryKey: about(saved) })
      void queries.invalidateQueries({ queryKey: ['companies', 'search'] })
      void queries.invalidateQueries({ queryKey: ['companies', 'facets'] })
      if (field === 'name') void queries.invalidateQueries({ queryKey: ['contacts'] }) // who show it
    })
  }, [queries])
  // The answer to a change says nothing of where values come from: until the next reading, what was known stands.
  const provenance = view.record?.provenance ?? read.data?.record.provenance ?? {}
  const editable: Editable = {
    id,
    entity: 'company',
    queue,
    fields: view.fields,
    valueOf: (field) => view.record && companyShape.get(view.record, field),
    originOf: (field) => provenance[field],
    holders: (problem) => holdersOf(problem).map((holder) => <TakenCompany key={holder} mine={id} holder={holder} />),
  }
  return { read, editable, record: view.record ?? read.data?.record }
}
