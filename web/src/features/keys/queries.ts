import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'

export type Key = components['schemas']['Key']

/** keys are all that are valid. */
export const keys = queryOptions({
  queryKey: ['keys'],
  queryFn: async ({ signal }): Promise<Key[]> => (await data(api.GET('/v1/keys', { signal }))).keys,
})
