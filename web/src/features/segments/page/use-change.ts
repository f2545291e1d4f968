import { useQueryClient } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import { useMutation } from '@/lib/edits/use-mutation'
import { segment as one, type Segment } from '../queries'

type Change = components['schemas']['SegmentInput']

/** useChange changes something of a segment. With `since`, only if nobody has changed it since that version. */
export function useChange(segment: Segment) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: ({ since, ...body }: Change & { since?: number }) => {
      const header = since === undefined ? {} : { 'If-Match': `"${since}"` }
      return data(api.PATCH('/v1/segments/{id}', { params: { path: { id: segment.id }, header }, body }))
    },
    onSuccess: (changed) => {
      queries.setQueryData(one(segment.id).queryKey, changed)
      void queries.invalidateQueries({ queryKey: ['segments', 'list'] })
    },
    onError: () => void queries.invalidateQueries({ queryKey: one(segment.id).queryKey }),
  })
}
