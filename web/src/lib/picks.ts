import { api, data } from './api/client'
import type { components } from './api/schema'

/** addFile picks the people of a file for a segment: CSV with a heading, or one id, e-mail or phone a line. */
export function addFile(id: string, content: Blob, key: string): Promise<components['schemas']['Picks']> {
  return data(
    api.POST('/v1/segments/{id}/members', {
      params: { path: { id }, header: { 'Idempotency-Key': key } },
      headers: { 'Content-Type': 'text/csv' },
      body: content as never, // the client knows the type of the JSON only
      bodySerializer: (file) => file,
    }),
  )
}
