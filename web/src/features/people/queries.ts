import { infiniteQueryOptions } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'

export type Person = components['schemas']['Person']
export type PersonScope = Person['scope']

/** The scopes that people can have. Programs have keys. */
export const personScopes: PersonScope[] = ['agent', 'marketer', 'admin']

/** people are those who may sign in, oldest first, page by page. */
export const people = infiniteQueryOptions({
  queryKey: ['people'],
  queryFn: ({ pageParam, signal }) =>
    data(api.GET('/v1/people', { params: { query: { limit: 100, ...(pageParam && { cursor: pageParam }) } }, signal })),
  initialPageParam: '',
  getNextPageParam: (last) => last.next_cursor,
})
