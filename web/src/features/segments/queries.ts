import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import { sent, type Group } from '@/lib/filter/types'

export type Segment = components['schemas']['Segment']
export type Snapshot = components['schemas']['Snapshot']
export type Preview = components['schemas']['Preview']
export type Contact = components['schemas']['Contact']
export type Attribute = components['schemas']['Attribute']

/** The filter of a segment, which its writers may have left out. */
export function filterOf(segment: Pick<Segment, 'filter'> | undefined): Group | undefined {
  return segment?.filter as Group | undefined
}

/** segments are all of them, at most 1,000; archived ones too if asked for. */
export function segments(archived: 'exclude' | 'include' | 'only' = 'exclude') {
  return queryOptions({
    queryKey: ['segments', 'list', archived],
    queryFn: async ({ signal }): Promise<Segment[]> => {
      const all: Segment[] = []
      let cursor: string | undefined
      do {
        const query = { limit: 200, ...(archived !== 'exclude' && { archived }), ...(cursor && { cursor }) }
        const page: components['schemas']['SegmentList'] = await data(api.GET('/v1/segments', { params: { query }, signal }))
        all.push(...page.segments)
        cursor = page.next_cursor
      } while (cursor)
      return all
    },
  })
}

/** counts are how many are in each segment now, by its id; those that are broken have none. */
export function counts(archived: 'exclude' | 'include') {
  return queryOptions({
    queryKey: ['segments', 'counts', archived],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, number>> => {
      const all = new Map<string, number>()
      let cursor: string | undefined
      do {
        const query = { limit: 100, count: true, archived, ...(cursor && { cursor }) }
        const page: components['schemas']['SegmentList'] = await data(api.GET('/v1/segments', { params: { query }, signal }))
        for (const { id, count: now } of page.segments) if (now !== undefined) all.set(id, now)
        cursor = page.next_cursor
      } while (cursor)
      return all
    },
  })
}

/** segment is one of them. */
export function segment(id: string) {
  return queryOptions({
    queryKey: ['segments', 'one', id],
    queryFn: ({ signal }) => data(api.GET('/v1/segments/{id}', { params: { path: { id } }, signal })),
  })
}

/** definitions are the custom attributes of contacts, companies and conversations; those put away come last. */
export const definitions = queryOptions({
  queryKey: ['attributes', 'all'],
  queryFn: async ({ signal }): Promise<Attribute[]> => {
    const lists = [false, true].flatMap((archived) =>
      (['contact', 'company', 'conversation'] as const).map(async (entity) => {
        const query = { entity, ...(archived && { archived }) }
        return (await data(api.GET('/v1/attributes', { params: { query }, signal }))).attributes
      }),
    )
    return (await Promise.all(lists)).flat()
  },
  staleTime: 60_000,
})

/** preview is what a segment with a filter would be: how many, by rule and by channel, and what saving would change. */
export function preview(filter: Group, segmentID: string | undefined) {
  return queryOptions({
    queryKey: ['segments', 'preview', JSON.stringify(filter), segmentID ?? ''],
    queryFn: ({ signal }) => {
      const body = { filter: sent(filter)!, rules: true, ...(segmentID && { segment_id: segmentID }) }
      return data(api.POST('/v1/segments/preview', { body, signal }))
    },
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  })
}

/** details are people, values and shared members of what a segment would be. */
export function details(filter: Group, facets: string[], overlap: string[]) {
  return queryOptions({
    queryKey: ['segments', 'details', JSON.stringify(filter), facets, overlap],
    queryFn: ({ signal }) =>
      data(api.POST('/v1/segments/preview', { body: { filter: sent(filter)!, sample: 10, facets, overlap }, signal })),
    placeholderData: keepPreviousData,
    gcTime: 30_000,
  })
}

/** count is how many pass a filter now. */
export function count(filter: Group) {
  return queryOptions({
    queryKey: ['contacts', 'count', JSON.stringify(filter)],
    queryFn: async ({ signal }) => (await data(api.POST('/v1/contacts/count', { body: { filter: sent(filter)! }, signal }))).count,
    staleTime: 30_000,
  })
}

/** everyone is how many contacts there are. */
export const everyone = count({ combinator: 'and', rules: [] })

/** values are those of a field and how many of those who pass a filter have each. */
export function values(field: string, filter: Group) {
  return queryOptions({
    queryKey: ['contacts', 'values', field, JSON.stringify(filter)],
    queryFn: async ({ signal }) => {
      const body = { filter: sent(filter)!, facets: [field] }
      return (await data(api.POST('/v1/contacts/count', { body, signal }))).facets?.[field]
    },
    staleTime: 30_000,
  })
}

/** How many fields can be counted in one question. */
const mostFacets = 20

/** filled is what part of everyone has a value of each of some fields, by their names: 0 to 1. */
export function filled(fields: readonly string[]) {
  return queryOptions({
    queryKey: ['contacts', 'filled', fields],
    queryFn: async ({ signal }): Promise<ReadonlyMap<string, number>> => {
      const shares = new Map<string, number>()
      for (let at = 0; at < fields.length; at += mostFacets) {
        const body = { facets: fields.slice(at, at + mostFacets) }
        const { count: all, facets } = await data(api.POST('/v1/contacts/count', { body, signal }))
        for (const [field, facet] of Object.entries(facets ?? {})) shares.set(field, all > 0 ? 1 - facet.missing / all : 0)
      }
      return shares
    },
    staleTime: 600_000,
  })
}

/** printed is a filter as text in CEL, and in plain words. */
export function printed(filter: Group) {
  return queryOptions({
    queryKey: ['filters', 'print', JSON.stringify(filter)],
    queryFn: ({ signal }) => data(api.POST('/v1/filters/print', { body: { filter: sent(filter)! }, signal })),
    staleTime: 30_000,
  })
}

/** versions are what a segment was, newest first. */
export function versions(id: string) {
  return queryOptions({
    queryKey: ['segments', 'versions', id],
    queryFn: ({ signal }) => data(api.GET('/v1/segments/{id}/versions', { params: { path: { id }, query: { limit: 100 } }, signal })),
  })
}

/** size is how many are in a segment now, asked again while the page is looked at. A segment that is broken is a problem that says why. */
export function size(id: string) {
  return queryOptions({
    ...count({ combinator: 'and', rules: [{ field: 'segment', operator: 'in', value: [id] }] }),
    queryKey: ['segments', 'size', id],
    staleTime: 0,
    refetchInterval: 10_000,
  })
}

/** sizes are how large a segment was in its newest snapshots, oldest first. */
export function sizes(id: string, newest: number, most: number) {
  return queryOptions({
    queryKey: ['segments', 'sizes', id, newest, most],
    queryFn: async ({ signal }) => {
      const after = Math.max(0, newest - most)
      const params = { path: { id }, query: { limit: most, ...(after > 0 && { after }) } }
      return (await data(api.GET('/v1/segments/{id}/sizes', { params, signal }))).sizes
    },
    staleTime: 60_000,
  })
}
