import { connection } from '@/lib/api/connection'
import { newKey } from '@/lib/new-key'
import { drafts } from '@/lib/stored'
import { EditQueue, type Shape, type Versioned, type World } from './queue'
import { bodyOf } from './record'

/** versioned is a record as an answer has it. */
export function versioned<R extends { version: number }>(record: R, response: Response): Versioned<R> {
  return { record, version: record.version, etag: response.headers.get('ETag') ?? `"${record.version}"` }
}

/** browser is the world of a queue in a page. It keeps edits in the tab, so that they outlive a reload. */
function browser(name: string): World {
  return {
    wait: connection,
    newKey,
    load: () => drafts.get(name),
    save: (edits) => (edits === null ? drafts.forget(name) : drafts.set(name, edits)),
  }
}

/** Sending is how records of a kind are read and patched. Both throw a Problem. */
interface Sending<R> {
  read: (id: string) => Promise<Versioned<R>>
  patch: (
    id: string,
    headers: { 'If-Match': string; 'Idempotency-Key': string },
    body: Record<string, unknown>,
  ) => Promise<{ record: R; response: Response }>
}

type Saved<R> = (id: string, now: Versioned<R>, field: string) => void

/** Queues are the queues of edits of one kind of record, one for each that was opened. They go on when a page is left. */
export class Queues<R extends { version: number }> {
  private readonly queues = new Map<string, EditQueue<R>>()
  private saved: Saved<R> = () => undefined

  constructor(
    /** Begins the names under which edits are kept. */
    private readonly name: string,
    readonly shape: Shape<R>,
    private readonly sending: Sending<R>,
  ) {
    // Who closes the tab is asked first while something is not at the server yet.
    window.addEventListener('beforeunload', (event) => {
      if ([...this.queues.values()].some((queue) => queue.read().open > 0)) event.preventDefault()
    })
  }

  /** onSaved sets who is told each state that the server has after an edit. */
  onSaved(tell: Saved<R>): void {
    this.saved = tell
  }

  /** of is the queue of a record. */
  of(id: string): EditQueue<R> {
    let queue = this.queues.get(id)
    if (!queue) {
      queue = new EditQueue<R>(
        {
          read: () => this.sending.read(id),
          write: async (field, value, etag, key) => {
            const { record, response } = await this.sending.patch(id, { 'If-Match': etag, 'Idempotency-Key': key }, bodyOf(field, value))
            return { ...versioned(record, response), replayed: response.headers.get('Idempotency-Replayed') === 'true' }
          },
        },
        this.shape,
        browser(`${this.name}-${id}`),
        (now, field) => this.saved(id, now, field),
      )
      this.queues.set(id, queue)
    }
    return queue
  }
}
