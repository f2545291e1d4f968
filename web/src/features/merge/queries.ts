import { queryOptions } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import type { Contact } from '@/lib/edits/contact'

type Rehearsed = components['schemas']['RehearsedContact']

/** one is a contact as it is now. */
export function one(id: string) {
  return queryOptions({
    queryKey: ['contacts', 'merge', id],
    queryFn: async ({ signal }) =>
      (await data(api.GET('/v1/contacts/{id}', { params: { path: { id } }, signal }))) as Contact,
  })
}

/** rehearsal is the result of a merge, as the server would make it, and the ETag to merge by. It writes nothing. */
export function rehearsal(stays: Contact, gone: Contact, choose: Record<string, 'absorbed'>) {
  return queryOptions({
    queryKey: ['contacts', 'merge', stays.id, gone.id, stays.version, gone.version, choose],
    queryFn: async ({ signal }): Promise<Rehearsed & { etag: string }> => {
      const { data: body, response } = await api.POST('/v1/contacts/{id}/merge', {
        params: { path: { id: stays.id } },
        body: { contact_id: gone.id, choose, dry_run: true },
        signal,
      })
      const rehearsed = body as Rehearsed
      return { ...rehearsed, etag: response.headers.get('ETag') ?? `"${rehearsed.contact.version}"` }
    },
  })
}
