import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import { sent } from '@/lib/filter/types'
import { namesIn, type Names } from './names'

export type Audience = components['schemas']['Audience']
export type Upcoming = components['schemas']['Upcoming']
export type Run = components['schemas']['Run']

/** How many rows a page of a list has. */
export const pageRows = 100

/** members are who is in a segment now, page by page. */
export function members(id: string) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'members', id],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: pageRows, ...(pageParam && { cursor: pageParam }) }
      return data(api.GET('/v1/segments/{id}/members', { params: { path: { id }, query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** snapshots are those that are kept, newest first. */
export function snapshots(id: string) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'snapshots', id],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: pageRows, ...(pageParam && { cursor: pageParam }) }
      return data(api.GET('/v1/segments/{id}/snapshots', { params: { path: { id }, query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** snapshot is one of them, by its number. */
export function snapshot(id: string, n: number) {
  return queryOptions({
    queryKey: ['segments', 'snapshot', id, n],
    queryFn: ({ signal }) => data(api.GET('/v1/segments/{id}/snapshots/{n}', { params: { path: { id, n: String(n) } }, signal })),
  })
}

/** snapshotMembers are who was in the segment when a snapshot was taken, those who are blocked now too, page by page. */
export function snapshotMembers(id: string, n: number) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'snapshot members', id, n],
    queryFn: ({ pageParam, signal }) => {
      const query = { limit: pageRows, blocked: 'include' as const, ...(pageParam && { cursor: pageParam }) }
      return data(api.GET('/v1/segments/{id}/snapshots/{n}/members', { params: { path: { id, n: String(n) }, query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** changes are who entered and who left between two snapshots. */
export function changes(id: string, from: number, to: number) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'changes', id, from, to],
    queryFn: ({ pageParam, signal }) => {
      const query = { from, to, limit: pageRows, ...(pageParam && { cursor: pageParam }) }
      return data(api.GET('/v1/segments/{id}/changes', { params: { path: { id }, query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** runs are what came of the schedule, newest first. */
export function runs(id: string) {
  return queryOptions({
    queryKey: ['segments', 'runs', id],
    queryFn: async ({ signal }) =>
      (await data(api.GET('/v1/segments/{id}/runs', { params: { path: { id }, query: { limit: 100 } }, signal }))).runs,
  })
}

/** upcoming is when a schedule that is not saved would run. What is wrong with it is a problem that says so. */
export function upcoming(cron: string, time_zone: string) {
  return queryOptions({
    queryKey: ['schedules', 'preview', cron, time_zone],
    queryFn: ({ signal }) => data(api.POST('/v1/schedules/preview', { body: { schedule: { cron, time_zone } }, signal })),
    enabled: cron !== '' && time_zone !== '',
    placeholderData: keepPreviousData,
    gcTime: 60_000,
  })
}

/** events are who entered and left while the segment was watched, newest first, in pages. */
export function events(id: string) {
  return infiniteQueryOptions({
    queryKey: ['segments', 'events', id],
    queryFn: ({ pageParam, signal }) => {
      const query = { order: 'newest' as const, limit: pageRows, ...(pageParam && { cursor: pageParam }) }
      return data(api.GET('/v1/segments/{id}/events', { params: { path: { id }, query }, signal }))
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** audiences are those that were made of a segment, newest first. */
export function audiences(segmentID: string) {
  return queryOptions({
    queryKey: ['audiences', segmentID],
    queryFn: async ({ signal }): Promise<Audience[]> => {
      const found: Audience[] = []
      let cursor: string | undefined
      do {
        const query = { segment_id: segmentID, limit: 200, ...(cursor && { cursor }) }
        const page: components['schemas']['AudienceList'] = await data(api.GET('/v1/audiences', { params: { query }, signal }))
        found.push(...page.audiences)
        cursor = page.next_cursor
      } while (cursor)
      return found.sort((a, b) => b.created_at.localeCompare(a.created_at))
    },
  })
}

/** namesOf are what some contacts are called. */
export function namesOf(ids: readonly string[]) {
  return queryOptions({
    queryKey: ['contacts', 'names', ids],
    enabled: ids.length > 0,
    staleTime: 60_000,
    queryFn: async ({ signal }): Promise<Names> => {
      const filter = sent({ combinator: 'and', rules: [{ field: 'id', operator: 'in', value: [...ids] }] })!
      const found = await data(api.POST('/v1/contacts/search', { body: { filter, limit: Math.min(ids.length, 1_000) }, signal }))
      return namesIn(found.hits.map(({ contact }) => contact))
    },
  })
}
