import createClient from 'openapi-fetch'
import { fromServer, noteConnection } from './connection'
import { offline, Problem, problemOf } from './problem'
import type { paths } from './schema'

// Searches that wait until the text index has a change. They are told the newest change that this page has
// seen, so that people find whom they just made.
const searches = /^\/v1\/(contacts\/search|contacts\/suggest|search|notes\/search|conversations\/search)$/

let newest = 0

/** noteSeq remembers the newest change of which an answer has told. */
function noteSeq(response: Response): void {
  const seq = Number(response.headers.get('Kundi-Seq') ?? 0)
  if (seq > newest) newest = seq
}

/**
 * What to do when the server no longer knows the session: resolve once somebody has signed in again, reject when
 * they give up. Without it a 401 is a problem like others.
 */
let signInAgain: (() => Promise<void>) | undefined

/** onSignedOut sets what waits for people to sign in again. */
export function onSignedOut(wait: (() => Promise<void>) | undefined): void {
  signInAgain = wait
}

/** seen adds the newest change to a search. A POST carries its own. */
function seen(request: Request): Request {
  const url = new URL(request.url)
  if (request.method !== 'GET' || newest === 0 || !searches.test(url.pathname)) return request
  url.searchParams.set('min_seq', String(newest))
  return new Request(url, request)
}

/**
 * withoutWait is a search that does not wait for the newest change. During a large import the text index comes later,
 * but what people write themselves it has at once.
 */
async function withoutWait(request: Request): Promise<Request> {
  newest = 0
  const url = new URL(request.url)
  url.searchParams.delete('min_seq')
  if (request.method === 'GET') return new Request(url, request)
  const { min_seq: _, ...body } = (await request.json()) as Record<string, unknown>
  return new Request(url, { method: request.method, headers: request.headers, body: JSON.stringify(body), signal: request.signal })
}

/** A proxy answers so when the server behind it does not. */
const unreached = [502, 504]

/** send asks the server. Any answer but a 2xx is thrown as a Problem, and so is none. */
export async function send(asked: Request): Promise<Response> {
  const request = seen(asked)
  const again = request.clone()
  let response: Response
  try {
    response = await fetch(request)
    // An answer that breaks off is none, and neither is what a network says that has not let anybody in yet.
    if (response.ok) await response.clone().arrayBuffer()
    if (response.ok && !fromServer(response)) throw new TypeError('a page instead of an answer')
  } catch (cause) {
    if (request.signal.aborted) throw cause
    noteConnection(false)
    throw offline()
  }
  noteConnection(!unreached.includes(response.status))
  if (response.ok) {
    if (request.method !== 'GET') noteSeq(response)
    return response
  }
  if (response.status === 401 && signInAgain && !request.url.endsWith('/v1/session')) {
    await signInAgain()
    return send(again)
  }
  const problem = await problemOf(response)
  if (problem.type === 'index-behind') return send(await withoutWait(again))
  throw problem
}

/** newestSeq is the newest change that this page has made, for searches whose body has min_seq. */
export function newestSeq(): number | undefined {
  return newest || undefined
}

/** api calls the operations of openapi.json. Its answers are never errors: send throws those. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: send })

/** data is the body of an answer in JSON. Lists can also be had as text, which the console never asks for. */
export async function data<T>(answer: Promise<{ data?: T }>): Promise<Exclude<T, string>> {
  return (await answer).data as Exclude<T, string>
}

/** isProblem says whether something was thrown by send. */
export function isProblem(cause: unknown): cause is Problem {
  return cause instanceof Problem
}
