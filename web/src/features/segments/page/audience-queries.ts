import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { api, data } from '@/lib/api/client'
import { sent, type Group } from '@/lib/filter/types'
import type { AudienceView } from '../views'
import type { Person } from './person-grid'
import { pageRows, type Audience } from './queries'

/** audience is one of them. */
export function audience(id: string) {
  return queryOptions({
    queryKey: ['audiences', 'one', id],
    queryFn: ({ signal }) => data(api.GET('/v1/audiences/{id}', { params: { path: { id } }, signal })),
  })
}

const json = 'application/json'

/** heldBy is the question for those whom an audience holds back; undefined for its rows. */
function heldBy({ held, left }: AudienceView) {
  if (held) return { reason: held, when: 'made' as const }
  return left && { reason: left, when: 'now' as const }
}

/** Page is a part of the people of an audience, whichever are asked for. */
interface Page {
  people: Person[]
  count: number
  /** How many of them are not shown, by reason. */
  held: Record<string, number>
  next: string | undefined
}

/** askFor asks for people of an audience: its rows, or whom it holds back. */
export function askFor(id: string, view: AudienceView, query: { limit?: number; cursor?: string }, accept: string, signal?: AbortSignal): Promise<{ data?: unknown }> {
  const rest = { headers: { Accept: accept }, parseAs: accept === json ? ('json' as const) : ('blob' as const), ...(signal && { signal }) }
  const path = { id }
  const held = heldBy(view)
  if (held) return api.GET('/v1/audiences/{id}/held-back', { params: { path, query: { ...query, ...held } }, ...rest })
  return api.GET('/v1/audiences/{id}/members', { params: { path, query: { ...query, ...(view.group && { group: view.group }) } }, ...rest })
}

/** audiencePeople are those whom a view of an audience shows, page by page. */
export function audiencePeople(id: string, view: AudienceView) {
  return infiniteQueryOptions({
    queryKey: ['audiences', 'people', id, view],
    queryFn: async ({ pageParam, signal }): Promise<Page> => {
      const query = { limit: pageRows, ...(pageParam && { cursor: pageParam }) }
      const page = (await askFor(id, view, query, json, signal)).data as Answer
      return { people: page.members ?? page.contacts ?? [], count: page.count, held: page.held_back ?? {}, next: page.next_cursor }
    },
    initialPageParam: '',
    getNextPageParam: (last) => last.next,
  })
}

/** Answer is what rows and those who are held back have in common. */
interface Answer {
  members?: Person[]
  contacts?: Person[]
  count: number
  held_back?: Record<string, number>
  next_cursor?: string
}

/** addressOf is the address of the people that a view shows. */
export function addressOf(id: string, view: AudienceView): string {
  const at = `${window.location.origin}/v1/audiences/${id}`
  const held = heldBy(view)
  if (held) return `${at}/held-back?${new URLSearchParams({ ...held, limit: '1000' })}`
  return `${at}/members?${new URLSearchParams({ ...(view.group && { group: view.group }), limit: '1000' })}`
}

/** The kinds of events that a campaign reports. */
export const eventKinds = ['delivered', 'opened', 'clicked', 'replied', 'bounced', 'failed'] as const

/** whoMet are those to whom something happened by a campaign. */
export function whoMet(campaign: string, kind: (typeof eventKinds)[number]): Group {
  const where: Group = { combinator: 'and', rules: [{ field: 'campaign', operator: 'eq', value: campaign }, { field: 'kind', operator: 'eq', value: kind }] }
  return { combinator: 'and', rules: [{ field: 'campaign_events', operator: 'any', where }] }
}

/** reported is to how many people each kind of event happened by a campaign. */
export function reported(campaign: string) {
  return queryOptions({
    queryKey: ['audiences', 'reported', campaign],
    queryFn: async ({ signal }) => {
      const filter = sent({ combinator: 'or', rules: eventKinds.flatMap((kind) => whoMet(campaign, kind).rules) })!
      const { rules } = await data(api.POST('/v1/segments/preview', { body: { filter, rules: true }, signal }))
      return eventKinds.map((kind, i) => ({ kind, people: rules?.[i]?.alone ?? 0 }))
    },
  })
}

/** before is the audience of the segment that was made before another one, if there is one. */
export function before(all: readonly Audience[], one: Audience): Audience | undefined {
  return all.filter(({ created_at, id }) => created_at < one.created_at && id !== one.id).sort((a, b) => b.created_at.localeCompare(a.created_at))[0]
}
