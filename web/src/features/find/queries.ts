import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data, newestSeq } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import { sent } from '@/lib/filter/types'
import { filterOf, type View } from '@/lib/list-view'
import { facetFields } from './view'

export type Hit = components['schemas']['Hit']
export type Total = components['schemas']['Total']
export type Facet = components['schemas']['Facet']

/** The rows of a page, and the most that are shown: who needs more, asks more precisely. */
export const pageRows = 100
export const mostRows = 10_000

/** orderOf is the order of a view. Without words there is no best match: those who were last seen come first. */
export function orderOf(view: View): string | undefined {
  return view.sort ?? (view.q ? undefined : '-last_seen_at')
}

/** questionOf is the question of a view, as the API takes it. */
export function questionOf(view: View) {
  const filter = sent(filterOf(view.picks))
  const [query, sort] = [view.q, orderOf(view)]
  return { ...(query && { query }), ...(filter && { filter }), ...(sort && { sort }) }
}

/** people are those whom a view finds, page by page. */
export function people(view: View) {
  return infiniteQueryOptions({
    queryKey: ['contacts', 'search', view.q ?? '', filterOf(view.picks), orderOf(view) ?? ''],
    queryFn: ({ pageParam, signal }) => {
      const min_seq = view.q ? newestSeq() : undefined
      const page = { limit: pageRows, ...(pageParam && { cursor: pageParam }), ...(min_seq && { min_seq }) }
      return data(api.POST('/v1/contacts/search', { body: { ...questionOf(view), ...page }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last, pages) => (pages.length * pageRows < mostRows ? last.next_cursor : undefined),
    placeholderData: keepPreviousData,
  })
}

/**
 * facets are the values beside the list. Those of a facet are counted without what is picked of it, so that another
 * value of it can be picked, too.
 */
export function facets(view: View) {
  const own = facetFields.filter((field) => view.picks?.[field])
  return queryOptions({
    queryKey: ['contacts', 'facets', view.q ?? '', filterOf(view.picks)],
    queryFn: async ({ signal }): Promise<Record<string, Facet>> => {
      const count = async (fields: string[], but?: string) => {
        const filter = sent(filterOf(view.picks, but))
        const body = { ...(view.q && { query: view.q }), ...(filter && { filter }), facets: fields, limit: 1 }
        return (await data(api.POST('/v1/contacts/search', { body, signal }))).facets ?? {}
      }
      const others = facetFields.filter((field) => !own.includes(field))
      const answers = await Promise.all([
        ...(others.length > 0 ? [count(others)] : []),
        ...own.map((field) => count([field], field)),
      ])
      return Object.assign({}, ...answers) as Record<string, Facet>
    },
    placeholderData: keepPreviousData,
  })
}

/** How many companies stand beside the people that some words find. */
const mostCompanies = 3

/** FoundCompanies are the first companies that some words find, and how many there are: at least so many, unless that is exact. */
export interface FoundCompanies {
  companies: { id: string; name: string }[]
  count: number
  exact: boolean
}

/** companiesLike are the companies that some words find. */
export function companiesLike(words: string) {
  return queryOptions({
    queryKey: ['companies', 'like', words],
    queryFn: async ({ signal }): Promise<FoundCompanies> => {
      const min_seq = newestSeq()
      const body = { query: words, limit: mostCompanies, ...(min_seq && { min_seq }) }
      const { companies, total } = await data(api.POST('/v1/companies/search', { body, signal }))
      return { companies: companies.map(({ id, name }) => ({ id, name })), count: total.value, exact: total.relation === 'eq' }
    },
    enabled: words !== '',
    staleTime: 10_000,
  })
}

/** valueOf is what a contact has in a field. */
export function valueOf(contact: Hit['contact'], field: string): unknown {
  if (field === 'company') return contact.company?.name
  if (field.startsWith('attributes.')) return contact.attributes?.[field.slice('attributes.'.length)]
  return (contact as Record<string, unknown>)[field]
}
