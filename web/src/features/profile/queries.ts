import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query'
import { api, data, newestSeq } from '@/lib/api/client'
import type { components, paths } from '@/lib/api/schema'
import type { Contact } from '@/lib/edits/contact'
import { contactQueue, readContact } from '@/lib/edits/contact-queue'
import { conversationQueue, readConversation } from '@/lib/edits/conversation-queue'
import type { Channel } from '@/lib/shown'

export type TimelineEntry = components['schemas']['TimelineEntry']
export type Note = components['schemas']['Note']
export type Conversation = components['schemas']['Conversation']
export type Message = components['schemas']['Message']
export type Explanation = components['schemas']['Explanation']
export type Membership = components['schemas']['Membership']
export type Consent = components['schemas']['Consent']
export type SimilarHit = components['schemas']['SimilarHit']

type Kinds = NonNullable<NonNullable<paths['/v1/contacts/{id}/timeline']['get']['parameters']['query']>['kinds']>

/** about begins the names of all answers about one contact. */
export const about = (id: string) => ['contacts', 'one', id] as const

/** contact is a person with where each value comes from. The queue of edits hears of each answer. */
export function contact(id: string) {
  return queryOptions({
    queryKey: [...about(id), 'record'],
    queryFn: async ({ signal }) => {
      const state = await readContact(id, signal)
      contactQueue(id).hear(state)
      return state
    },
  })
}

/** timeline is what happened, the newest first, page by page. `kinds` are those of the API, with commas. */
export function timeline(id: string, kinds: string | undefined) {
  return infiniteQueryOptions({
    queryKey: [...about(id), 'timeline', kinds ?? ''],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/contacts/{id}/timeline', {
          params: {
            path: { id },
            query: {
              limit: 50,
              ...(kinds && { kinds: kinds.split(',') as unknown as Kinds }),
              ...(pageParam && { cursor: pageParam }),
            },
          },
          querySerializer: { array: { style: 'form', explode: false } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
    placeholderData: keepPreviousData,
  })
}

/** notes are the notes about a contact, the newest first. */
export function notes(id: string) {
  return infiniteQueryOptions({
    queryKey: [...about(id), 'notes'],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/contacts/{id}/notes', {
          params: { path: { id }, query: { limit: 50, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** conversations are those of a contact on a channel, or on all, the newest activity first. */
export function conversations(id: string, channel: string | undefined) {
  return infiniteQueryOptions({
    queryKey: [...about(id), 'conversations', channel ?? ''],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/contacts/{id}/conversations', {
          params: {
            path: { id },
            query: { limit: 30, ...(channel && { channel: [channel as Channel] }), ...(pageParam && { cursor: pageParam }) },
          },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** conversation is one of them. The queue of edits hears of each answer. */
export function conversation(id: string) {
  return queryOptions({
    queryKey: ['conversations', id],
    queryFn: async ({ signal }) => {
      const state = await readConversation(id, signal)
      conversationQueue(id).hear(state)
      return state
    },
  })
}

/** noteVersions are the texts that a note has had, page by page. */
export function noteVersions(id: string) {
  return infiniteQueryOptions({
    queryKey: ['notes', id, 'versions'],
    queryFn: ({ pageParam, signal }) =>
      data(api.GET('/v1/notes/{id}/versions', { params: { path: { id }, query: { ...(pageParam && { cursor: pageParam }) } }, signal })),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
    staleTime: 0,
  })
}

/** suppressed says why nothing is sent to an address on a channel. */
export function suppressed(id: string, channel: Channel, value: string) {
  return queryOptions({
    queryKey: [...about(id), 'suppressions', channel, value],
    queryFn: ({ signal }) => data(api.GET('/v1/suppressions', { params: { query: { channel, value } }, signal })),
  })
}

/** messages are those of a conversation, the newest first. */
export function messages(id: string) {
  return infiniteQueryOptions({
    queryKey: ['conversations', id, 'messages'],
    queryFn: ({ pageParam, signal }) =>
      data(
        api.GET('/v1/conversations/{id}/messages', {
          params: { path: { id }, query: { order: 'newest', limit: 50, ...(pageParam && { cursor: pageParam }) } },
          signal,
        }),
      ),
    initialPageParam: '',
    getNextPageParam: (last) => last.next_cursor,
  })
}

/** memberships are the segments that a contact is in. */
export function memberships(id: string) {
  return queryOptions({
    queryKey: [...about(id), 'segments'],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/contacts/{id}/segments', { params: { path: { id }, query: { limit: 200 } }, signal })),
  })
}

/** explanation says why a contact is in a segment. */
export function explanation(segment: string, id: string) {
  return queryOptions({
    queryKey: [...about(id), 'explain', segment],
    queryFn: ({ signal }) =>
      data(api.GET('/v1/segments/{id}/explain', { params: { path: { id: segment }, query: { contact: id } }, signal })),
  })
}

/** similar are those who may be the same person. */
export function similar(record: Contact) {
  const { id, name, email, phone, identifier, company, city } = record
  const asked = {
    ...(name && { name }),
    ...(email && { email }),
    ...(phone && { phone }),
    ...(identifier && { identifier }),
    ...(company?.name && { company: company.name }),
    ...(city && { city }),
  }
  return queryOptions({
    queryKey: [...about(id), 'similar', asked],
    queryFn: ({ signal }) => {
      const min_seq = newestSeq()
      return data(api.POST('/v1/contacts/similar', { body: { ...asked, exclude: id, limit: 5, ...(min_seq && { min_seq }) }, signal }))
    },
    enabled: Object.keys(asked).length > 0,
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  })
}

/** consents are what a contact has said about each channel. */
export function consents(id: string) {
  return queryOptions({
    queryKey: [...about(id), 'consent'],
    queryFn: ({ signal }) => data(api.GET('/v1/contacts/{id}/consent', { params: { path: { id } }, signal })),
  })
}

/** quarantine are the messages of a blocked contact that are kept aside. */
export function quarantine(id: string) {
  return queryOptions({
    queryKey: [...about(id), 'quarantine'],
    queryFn: ({ signal }) => data(api.GET('/v1/contacts/{id}/quarantine', { params: { path: { id } }, signal })),
  })
}

/** company is the company of a contact, and some of its people. */
export function company(id: string) {
  return queryOptions({
    queryKey: ['companies', 'one', id],
    queryFn: ({ signal }) => data(api.GET('/v1/companies/{id}', { params: { path: { id } }, signal })),
    staleTime: 30_000,
  })
}
