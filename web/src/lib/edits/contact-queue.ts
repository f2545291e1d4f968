import { api } from '@/lib/api/client'
import { contactShape, type Contact } from './contact'
import type { EditQueue, Versioned } from './queue'
import { Queues, versioned } from './queues'

/** readContact reads a contact with where its values come from. */
export async function readContact(id: string, signal?: AbortSignal): Promise<Versioned<Contact>> {
  const { data, response } = await api.GET('/v1/contacts/{id}', {
    params: { path: { id }, query: { include: ['provenance'] } },
    ...(signal && { signal }),
  })
  return versioned(data as Contact, response)
}

/** contactQueues are the queues of edits of contacts. */
export const contactQueues = new Queues<Contact>('edits', contactShape, {
  read: readContact,
  patch: async (id, header, body) => {
    const { data, response } = await api.PATCH('/v1/contacts/{id}', { params: { path: { id }, header }, body })
    return { record: data as Contact, response }
  },
})

/** contactQueue is the queue of a contact. It goes on when its page is left. */
export const contactQueue = (id: string): EditQueue<Contact> => contactQueues.of(id)
