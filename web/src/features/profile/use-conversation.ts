import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useSyncExternalStore } from 'react'
import type { Editable } from '@/components/fields/editable'
import { conversationQueue, conversationQueues, conversationShape } from '@/lib/edits/conversation-queue'
import { conversation } from './queries'

/** useConversation is a conversation by its id, with the edits that are on their way. Conversations have no history. */
export function useConversation(id: string) {
  const queries = useQueryClient()
  const queue = conversationQueue(id)
  const read = useQuery(conversation(id))
  const view = useSyncExternalStore(queue.subscribe, queue.read)
  useEffect(() => {
    conversationQueues.onSaved((_, { record }) => {
      void queries.invalidateQueries({ queryKey: ['conversations', record.id] })
      void queries.invalidateQueries({ queryKey: ['contacts', 'one', record.contact_id] })
    })
  }, [queries])
  const editable: Editable = {
    id,
    entity: 'conversation',
    queue,
    fields: view.fields,
    valueOf: (field) => view.record && conversationShape.get(view.record, field),
    originOf: () => undefined,
  }
  return { read, editable, record: view.record ?? read.data?.record }
}
