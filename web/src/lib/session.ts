import { queryOptions } from '@tanstack/react-query'
import { send } from './api/client'
import type { Scope } from './scopes'
import { claimDrafts } from './stored'

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

async function opened(request: Request): Promise<Session> {
  const made = (await (await send(request)).json()) as Session
  claimDrafts(made.who.id)
  return made
}

/** session is the query of who has signed in. Nobody is a 401. */
export const session = queryOptions({
  queryKey: ['session'],
  queryFn: () => opened(asked('GET')),
  staleTime: Infinity,
  retry: false,
})

/** signIn begins a session. */
export function signIn(by: Credentials): Promise<Session> {
  return opened(asked('POST', path, by))
}

/** signOut ends this session, or all of the same owner. */
export async function signOut(everywhere: boolean): Promise<void> {
  await send(asked('DELETE', everywhere ? '/v1/sessions' : path))
}
