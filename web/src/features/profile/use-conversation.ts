import { useQuery } from '@tanstack/react-query'
import { useEditable, type RecordKind } from '@/components/fields/use-editable'
import { conversationQueues, type Conversation } from '@/lib/edits/conversation-queue'
import { conversation } from './queries'

/** Conversations have no history, so nobody knows where their values come from. */
const conversations: RecordKind<Conversation> = {
  entity: 'conversation',
  queues: conversationQueues,
  saved: (queries, id, { contact_id }) => {
    void queries.invalidateQueries({ queryKey: ['conversations', id] })
    void queries.invalidateQueries({ queryKey: ['contacts', 'one', contact_id] })
  },
}

/** useConversation is a conversation by its id. */
export function useConversation(id: string) {
  const read = useQuery(conversation(id))
  return { read, ...useEditable(conversations, id, read) }
}
