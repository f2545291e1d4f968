import { queryOptions } from '@tanstack/react-query'
import { api, data } from './api/client'
import type { components } from './api/schema'

/** Attribute is the definition of a custom attribute. */
export type Attribute = components['schemas']['Attribute']

/** attributes are the definitions of one kind of record, in their order. There are at most some hundreds. */
export function attributes(entity: Attribute['entity']) {
  return queryOptions({
    queryKey: ['attributes', entity],
    queryFn: async ({ signal }): Promise<Attribute[]> =>
      (await data(api.GET('/v1/attributes', { params: { query: { entity } }, signal }))).attributes,
    staleTime: 30_000,
  })
}
