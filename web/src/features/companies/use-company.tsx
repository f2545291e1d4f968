import { useQuery } from '@tanstack/react-query'
import { holdersOf } from '@/components/fields/holders'
import { useEditable, type RecordKind } from '@/components/fields/use-editable'
import type { Company } from '@/lib/edits/company'
import { companyQueues } from '@/lib/edits/company-queue'
import { about, company } from './queries'
import { TakenCompany } from './taken-company'

const companies: RecordKind<Company> = {
  entity: 'company',
  queues: companyQueues,
  saved: (queries, id, _, field) => {
    void queries.invalidateQueries({ queryKey: about(id) })
    void queries.invalidateQueries({ queryKey: ['companies', 'search'] })
    void queries.invalidateQueries({ queryKey: ['companies', 'facets'] })
    if (field === 'name') void queries.invalidateQueries({ queryKey: ['contacts'] }) // who show it
  },
  originOf: (provenance, field) => provenance[field],
  holders: (id, problem) => holdersOf(problem).map((holder) => <TakenCompany key={holder} mine={id} holder={holder} />),
}

/** useCompany is a company by its id. */
export function useCompany(id: string) {
  const read = useQuery(company(id))
  return { read, ...useEditable(companies, id, read) }
}
