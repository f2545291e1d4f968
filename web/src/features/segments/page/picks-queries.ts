import { keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data, newestSeq } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import { surely } from '@/lib/edits/use-write'
import { newKey } from '@/lib/new-key'
import { addFile as addFileOnce } from '@/lib/picks'

export type Outcome = components['schemas']['Picks']

/** What picks do: members are always in, exclusions never. */
export type PickKind = 'members' | 'exclusions'

/** Picked is who is to be picked, and who is no longer. */
export interface Picked {
  add?: string[]
  remove?: string[]
}

/** pick changes who is picked. */
export function pick(id: string, kind: PickKind, body: Picked): Promise<Outcome> {
  return surely((key) => {
    const params = { path: { id }, header: { 'Idempotency-Key': key } }
    return data(kind === 'members' ? api.POST('/v1/segments/{id}/members', { params, body }) : api.POST('/v1/segments/{id}/exclusions', { params, body }))
  }, newKey())
}

/** addFile picks the people of a file: CSV with a heading, or one id, e-mail or phone a line. */
export function addFile(id: string, content: Blob): Promise<Outcome> {
  return surely((key) => addFileOnce(id, content, key), newKey())
}

/** addSegment picks those who are in another segment now. */
export async function addSegment(id: string, from: string): Promise<Outcome> {
  const params = { path: { id: from }, query: { fields: ['id'] } }
  const { data: ids } = await api.GET('/v1/segments/{id}/members', { params, headers: { Accept: 'text/csv' }, parseAs: 'blob' })
  return addFile(id, ids!)
}

/** How many people are offered. */
const most = 8

/** found are people whom some words find, with what tells them apart. */
export function found(query: string) {
  return queryOptions({
    queryKey: ['contacts', 'picks', query],
    enabled: query !== '',
    placeholderData: keepPreviousData,
    queryFn: async ({ signal }) => {
      const min_seq = newestSeq()
      const { hits } = await data(api.POST('/v1/contacts/search', { body: { query, limit: most, ...(min_seq && { min_seq }) }, signal }))
      return hits.map(({ contact: { id, name, email, phone, identifier } }) => ({
        value: id,
        label: [...new Set([name ?? email ?? phone ?? identifier ?? id, email ?? phone ?? ''])].filter(Boolean).join(', '),
      }))
    },
  })
}
