import { queryOptions } from '@tanstack/react-query'
import { api, data } from './api/client'
import type { components } from './api/schema'

/** Settings are those of the workspace. */
export type Settings = components['schemas']['Settings']

/** settings are those of the workspace, which change seldom. */
export const settings = queryOptions({
  queryKey: ['settings'],
  queryFn: ({ signal }): Promise<Settings> => data(api.GET('/v1/settings', { signal })),
  staleTime: 60_000,
})
