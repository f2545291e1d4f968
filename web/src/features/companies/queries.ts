import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data, newestSeq } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import { companyQueue, readCompany } from '@/lib/edits/company-queue'
import type { View } from '@/lib/list-view'
import { askedOf, questionOf } from './view'

type Facet = components['schemas']['Facet']

/** The rows of a page, and the most that are shown: who needs more, asks more precisely. */
export const pageRows = 100
const mostRows = 10_000

/** found are the companies that a view finds, page by page. */
export function found(view: View) {
  const question = questionOf(view)
  return infiniteQueryOptions({
    queryKey: ['companies', 'search', question],
    queryFn: ({ pageParam, signal }) => {
      const min_seq = question.query ? newestSeq() : undefined
      const page = { limit: pageRows, ...(pageParam && { cursor: pageParam }), ...(min_seq && { min_seq }) }
      return data(api.POST('/v1/companies/search', { body: { ...question, ...page }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last, pages) => (pages.length * pageRows < mostRows ? last.next_cursor : undefined),
    placeholderData: keepPreviousData,
  })
}

/** facets are the values beside the list. Those of a facet are counted without what is picked of it. */
export function facets(view: View, fields: readonly string[]) {
  const own = fields.filter((field) => view.picks?.[field])
  return queryOptions({
    queryKey: ['companies', 'facets', fields, askedOf(view)],
    queryFn: async ({ signal }): Promise<Record<string, Facet>> => {
      const count = async (some: string[], but?: string) => {
        return (await data(api.POST('/v1/companies/search', { body: { ...askedOf(view, but), facets: some, limit: 1 }, signal }))).facets
      }
      const others = fields.filter((field) => !own.includes(field))
      const answers = await Promise.all([
        ...(others.length > 0 ? [count(others)] : []),
        ...own.map((field) => count([field], field)),
      ])
      return Object.assign({}, ...answers) as Record<string, Facet>
    },
    placeholderData: keepPreviousData,
  })
}

/** likely are companies that some words may mean, also with typos, by a domain, or under a former name. */
export function likely(words: string) {
  return queryOptions({
    queryKey: ['companies', 'by words', words],
    queryFn: ({ signal }) => data(api.GET('/v1/search', { params: { query: { q: words, limit: 8 } }, signal })),
    enabled: words.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
}

/** about begins the names of all answers about one company. */
export const about = (id: string) => ['companies', 'one', id] as const

/** company is a company with where each value comes from. The queue of edits hears of each answer. */
export function company(id: string) {
  return queryOptions({
    queryKey: [...about(id), 'record'],
    queryFn: async ({ signal }) => {
      const state = await readCompany(id, signal)
      companyQueue(id).hear(state)
      return state
    },
  })
}

/** people are the contacts of a company, page by page. */
export function people(id: string, sort: string) {
  return infiniteQueryOptions({
    queryKey: [...about(id), 'people', sort],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/companies/{id}/contacts', {
          params: { path: { id }, query: { sort, limit: 50, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })
}

/** history is what was changed of a company, the newest first. */
export function history(id: string) {
  return infiniteQueryOptions({
    queryKey: [...about(id), 'history'],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/companies/{id}/history', {
          params: { path: { id }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}
