import { useQueryClient } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import { useWrite, type Write } from '@/lib/edits/use-write'
import { segment as one, type Segment } from '../queries'

type Change = components['schemas']['SegmentInput']

/** useChange changes something of a segment. With `since`, only if nobody has changed it since that version. */
export function useChange(segment: Segment): Write<Change & { since?: number }> {
  const queries = useQueryClient()
  return useWrite(
    ({ since, ...body }: Change & { since?: number }, key) => {
      const header = { 'Idempotency-Key': key, ...(since !== undefined && { 'If-Match': `"${since}"` }) }
      return data(api.PATCH('/v1/segments/{id}', { params: { path: { id: segment.id }, header }, body })).catch((cause: unknown) => {
        void queries.invalidateQueries({ queryKey: one(segment.id).queryKey }) // after a 412, to show what is there now
        throw cause
      })
    },
    (changed) => {
      queries.setQueryData(one(segment.id).queryKey, changed)
      void queries.invalidateQueries({ queryKey: ['segments', 'list'] })
    },
  )
}
