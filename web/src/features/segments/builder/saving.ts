import { api, data, isProblem } from '@/lib/api/client'
import { sent, type Group } from '@/lib/filter/types'
import type { Segment } from '../queries'

/** What is saved of a segment. A static one has no filter. */
export interface Wanted {
  /** Empty for a new segment. */
  id: string
  /** The version that the changes began from. */
  version: number
  name: string
  description: string
  filter: Group | undefined
  /** A new one has those who pass the filter now, and is not evaluated again. */
  fixed: boolean
  /** Names this attempt, so that one that is sent twice is carried out once. */
  key: string
}

/** Outcome is what came of saving: done, or somebody else has changed the segment meanwhile. */
export type Outcome = { saved: Segment } | { theirs: Segment }

/** save writes a segment. What the server refuses for another reason is thrown as a Problem. */
export async function save(wanted: Wanted): Promise<Outcome> {
  if (!wanted.id) return { saved: await make(wanted) }
  try {
    return { saved: await change(wanted) }
  } catch (cause) {
    if (isProblem(cause) && cause.status === 412) return { theirs: await read(wanted.id) }
    throw cause
  }
}

function bodyOf({ name, description, filter }: Wanted) {
  return { name, ...(filter && { filter: sent(filter)! }), description: description || null }
}

const keyed = ({ key }: Wanted) => ({ 'Idempotency-Key': key })

async function make(wanted: Wanted): Promise<Segment> {
  const { filter, ...body } = bodyOf(wanted)
  return data(
    api.POST('/v1/segments', {
      params: { header: keyed(wanted) },
      body: wanted.fixed ? { ...body, kind: 'static', from: { filter: filter! } } : { ...body, ...(filter && { filter }) },
    }),
  )
}

async function change(wanted: Wanted): Promise<Segment> {
  const params = { path: { id: wanted.id }, header: { 'If-Match': `"${wanted.version}"`, ...keyed(wanted) } }
  return data(api.PATCH('/v1/segments/{id}', { params, body: bodyOf(wanted) }))
}

async function read(id: string): Promise<Segment> {
  return data(api.GET('/v1/segments/{id}', { params: { path: { id } } }))
}
