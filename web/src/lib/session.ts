import { queryOptions } from '@tanstack/react-query'
import { send } from './api/client'
import type { Scope } from './scopes'

/** Who has signed in, and until when. Instants are RFC 3339. */
export interface Session {
  who: { kind: 'key' | 'person'; id: string; name: string; email?: string; has_password?: boolean; scope: Scope }
  expires_at: string
  idle_expires_at: string
}

/** What somebody signs in with. */
export type Credentials = { key: string } | { token: string } | { email: string; password: string }

const path = '/v1/session'

function asked(method: string, address = path, body?: unknown): Request {
  return new Request(new URL(address, window.location.origin), {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } }),
  })
}

/** session is the query of who has signed in. Nobody is a 401. */
export const session = queryOptions({
  queryKey: ['session'],
  queryFn: async (): Promise<Session> => (await send(asked('GET'))).json(),
  staleTime: Infinity,
  retry: false,
})

/** signIn begins a session. */
export async function signIn(by: Credentials): Promise<Session> {
  return (await send(asked('POST', path, by))).json()
}

/** signOut ends this session, or all of the same owner. */
export async function signOut(everywhere: boolean): Promise<void> {
  await send(asked('DELETE', everywhere ? '/v1/sessions' : path))
}
