import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { Attribute } from '@/lib/attributes'
import type { components } from '@/lib/api/schema'

export type Entity = Attribute['entity']
export type Uses = components['schemas']['AttributeUses']

/** The kinds of records that have attributes, in the order of the tabs. */
export const entities: Entity[] = ['contact', 'company', 'conversation']

/** uses says how many records have a value of an attribute, and which segments name it. */
export function uses({ entity, key }: Attribute) {
  return queryOptions({
    queryKey: ['attributes', entity, 'uses', key],
    queryFn: ({ signal }): Promise<Uses> =>
      data(api.GET('/v1/attributes/{key}/uses', { params: { path: { key }, query: { entity } }, signal })),
    staleTime: 30_000,
  })
}

/** filled is how many records have a value. */
export function filled(of: Uses): number {
  return of.contacts ?? of.companies ?? of.conversations ?? 0
}

/** total is how many records of a kind there are. */
export function total(entity: Entity) {
  return queryOptions({
    queryKey: ['attributes', entity, 'total'],
    queryFn: async ({ signal }): Promise<number> => {
      if (entity === 'contact') return (await data(api.POST('/v1/contacts/count', { body: {}, signal }))).count
      if (entity === 'company') return (await data(api.POST('/v1/companies/count', { body: {}, signal }))).count
      return (await data(api.POST('/v1/conversations/count', { body: {}, signal }))).count
    },
    staleTime: 30_000,
  })
}
