import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { api, data } from '@/lib/api/client'
import { withSecret } from '@/lib/edits/secret'
import { useWrite } from '@/lib/edits/use-write'

/** useInvite makes a link for somebody. `link` is undefined until there is one; only the first answer has it. */
export function useInvite() {
  const queries = useQueryClient()
  const [link, setLink] = useState<{ path: string; until: string }>()
  const write = useWrite(
    (id: string, key) =>
      // Another link takes the place of one that got lost on its way here.
      withSecret(key, {
        make: (once) => data(api.POST('/v1/people/{id}/invitation', { params: { path: { id }, header: { 'Idempotency-Key': once } } })),
        has: (made) => made.link !== undefined,
      }),
    (made) => {
      if (made.link) setLink({ path: made.link, until: made.expires_at })
      void queries.invalidateQueries({ queryKey: ['people'] })
    },
  )
  return { ...write, link }
}
