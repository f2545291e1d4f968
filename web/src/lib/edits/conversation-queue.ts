import { api } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import type { EditQueue, Versioned } from './queue'
import { Queues, versioned } from './queues'
import { recordShape } from './record'

export type Conversation = components['schemas']['Conversation']

/** conversationShape knows the fields of conversations, named as in filters. */
export const conversationShape = recordShape<Conversation>()

/** readConversation reads a conversation. */
export async function readConversation(id: string, signal?: AbortSignal): Promise<Versioned<Conversation>> {
  const { data, response } = await api.GET('/v1/conversations/{id}', { params: { path: { id } }, ...(signal && { signal }) })
  return versioned(data as Conversation, response)
}

/** conversationQueues are the queues of edits of conversations. */
export const conversationQueues = new Queues<Conversation>('conversation-edits', conversationShape, {
  read: readConversation,
  patch: async (id, header, patch) => {
    // When it opens by itself is said together with the status: each would be refused without the other.
    const body = patch['snoozed_until'] ? { status: 'snoozed' as const, ...patch } : patch
    const { data, response } = await api.PATCH('/v1/conversations/{id}', { params: { path: { id }, header }, body })
    return { record: data as Conversation, response }
  },
})

/** conversationQueue is the queue of a conversation. It goes on when its page is left. */
export const conversationQueue = (id: string): EditQueue<Conversation> => conversationQueues.of(id)
