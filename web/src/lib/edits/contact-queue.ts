import { api } from '@/lib/api/client'
import { drafts } from '@/lib/stored'
import { bodyOf, contactShape, type Contact } from './contact'
import { EditQueue, type Versioned, type World } from './queue'

/** readContact reads a contact with where its values come from. */
export async function readContact(id: string, signal?: AbortSignal): Promise<Versioned<Contact>> {
  const { data, response } = await api.GET('/v1/contacts/{id}', {
    params: { path: { id }, query: { include: ['provenance'] } },
    ...(signal && { signal }),
  })
  return versioned(data as Contact, response)
}

function versioned(record: Contact, response: Response): Versioned<Contact> {
  return { record, version: record.version, etag: response.headers.get('ETag') ?? `"${record.version}"` }
}

/** browser is the world of a queue in a page. It keeps edits in the tab, so that they outlive a reload. */
export function browser(name: string): World {
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const go = () => {
          clearTimeout(timer)
          window.removeEventListener('online', go)
          resolve()
        }
        const timer = setTimeout(go, ms)
        window.addEventListener('online', go)
      }),
    newKey: () => crypto.randomUUID(),
    load: () => drafts.get(name),
    save: (edits) => (edits === null ? drafts.forget(name) : drafts.set(name, edits)),
  }
}

type Saved = (id: string, now: Versioned<Contact>, field: string) => void

const queues = new Map<string, EditQueue<Contact>>()
let saved: Saved = () => undefined

/** onSaved sets who is told each state that the server has after an edit of a contact. */
export function onSaved(tell: Saved): void {
  saved = tell
}

/** contactQueue is the queue of a contact. It goes on when its page is left. */
export function contactQueue(id: string): EditQueue<Contact> {
  let queue = queues.get(id)
  if (!queue) {
    queue = new EditQueue<Contact>(
      {
        read: () => readContact(id),
        write: async (field, value, etag, key) => {
          const { data, response } = await api.PATCH('/v1/contacts/{id}', {
            params: { path: { id }, header: { 'If-Match': etag, 'Idempotency-Key': key } },
            body: bodyOf(field, value),
          })
          const replayed = response.headers.get('Idempotency-Replayed') === 'true'
          return { ...versioned(data as Contact, response), replayed }
        },
      },
      contactShape,
      browser(`edits-${id}`),
      (now, field) => saved(id, now, field),
    )
    queues.set(id, queue)
  }
  return queue
}

// Who closes the tab is asked first while something is not at the server yet.
window.addEventListener('beforeunload', (event) => {
  if ([...queues.values()].some((queue) => queue.read().open > 0)) event.preventDefault()
})
