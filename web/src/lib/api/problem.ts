import i18next from 'i18next'
import type { components } from './schema'

type Body = components['schemas']['Problem']

/** Why a request did not succeed: the server's problem, or no answer at all. */
export class Problem extends Error {
  /** The HTTP status; 0 when there was no answer. */
  readonly status: number
  /** The server's word for the kind of problem, like `identity-taken`; `offline` when there was no answer. */
  readonly type: string
  readonly title: string
  readonly detail: string
  /** Names the request in the server's log; empty when there was no answer. */
  readonly requestID: string
  /** Milliseconds after which to ask again, if the server said so. */
  readonly retryAfter: number | undefined
  /** All that the server said. */
  readonly body: Partial<Body>

  constructor(status: number, body: Partial<Body>, requestID = '', retryAfter?: number) {
    const title = body.title ?? i18next.t('app.error', { status })
    super(title)
    this.name = 'Problem'
    this.status = status
    this.type = (body.type ?? '').split('/').pop() || String(status)
    this.title = title
    this.detail = body.detail ?? ''
    this.requestID = requestID
    this.retryAfter = retryAfter
    this.body = body
  }

  /** What is wrong with the field at a place, like `email` or `filter.rules[1].value`. */
  at(location: string): string | undefined {
    return this.body.errors?.find((fault) => fault.location === location)?.detail
  }

  /** Whether asking again later may help. */
  get passing(): boolean {
    return this.status === 0 || [429, 502, 503, 504].includes(this.status)
  }
}

/** problemOf reads the problem of an answer that is not a 2xx. */
export async function problemOf(response: Response): Promise<Problem> {
  const body = bodyOf(await response.text().catch(() => ''))
  const seconds = Number(response.headers.get('Retry-After') ?? NaN)
  return new Problem(
    response.status,
    body,
    response.headers.get('Request-Id') ?? '',
    Number.isFinite(seconds) ? seconds * 1000 : undefined,
  )
}

/** bodyOf reads what was said of a problem. A proxy may answer with something else, which says nothing. */
function bodyOf(text: string): Partial<Body> {
  try {
    const { errors, ...said } = JSON.parse(text) as Partial<Body>
    const texts = Object.fromEntries(Object.entries(said).filter(([name, value]) => !words.includes(name) || typeof value === 'string'))
    return { ...texts, ...(Array.isArray(errors) && { errors }) }
  } catch {
    return {}
  }
}

/** The members of a problem that are shown, or looked at, as words. */
const words = ['type', 'title', 'detail']

/** offline is the problem of a request that got no answer. */
export function offline(): Problem {
  return new Problem(0, { type: 'offline', title: i18next.t('app.noConnection'), detail: i18next.t('app.notReached') })
}
