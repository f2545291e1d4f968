import { Problem } from '@/lib/api/problem'
import { frozen, on, thawed, unknown, unsettled, type Edit, type EditStatus } from './edit'
import { same } from './same'

/** A record as the server has it, at one version of it. A higher version is newer. */
export interface Versioned<R> {
  record: R
  version: number
  etag: string
}

/** Wire reads and writes one record. Both throw a Problem. */
export interface Wire<R> {
  read: () => Promise<Versioned<R>>
  /** Writes if the record still has the ETag. `replayed`: this is the answer to an earlier sending of the same request. */
  write: (field: string, value: unknown, etag: string, key: string) => Promise<Versioned<R> & { replayed: boolean }>
}

/** Shape knows the fields of a record. */
export interface Shape<R> {
  get: (record: R, field: string) => unknown
  set: (record: R, field: string, value: unknown) => R
}

/** What a queue needs of the world around it. */
export interface World {
  /** Waits so many milliseconds, or until there is a connection again. */
  wait: (ms: number) => Promise<void>
  newKey: () => string
  load: () => string | null
  save: (edits: string | null) => void
}

/** FieldEdit is what the page shows of a field that somebody edits. */
export interface FieldEdit {
  status: EditStatus
  /** What was typed. */
  value: unknown
  /** What the field had when the edit was begun, and what the server has now. */
  before: unknown
  theirs: unknown
  problem?: Problem
}

/** View is a record as the page shows it: with the edits that are on their way, and without those that failed. */
export interface View<R> {
  record: R | undefined
  fields: ReadonlyMap<string, FieldEdit>
  /** How many edits the server does not have yet. */
  open: number
}

/** How often a request is sent again that the server failed to answer, and how often a record may change meanwhile. */
const mostTries = 4
const mostOvertaken = 5

/**
 * EditQueue sends the edits of one record, one after the other, each with the ETag of the one before. It keeps what was
 * typed until the server has it or somebody throws it away.
 *
 * A request without an answer goes again with the same Idempotency-Key and ETag: the server says by itself whether it
 * was carried out. So nothing is read before it, and a value that the server writes in another form is no riddle.
 */
export class EditQueue<R> {
  private known: Versioned<R> | undefined
  private stale = false
  private edits: Edit[]
  private working = false
  private view: View<R> | undefined
  private readonly listeners = new Set<() => void>()

  constructor(
    private readonly wire: Wire<R>,
    private readonly shape: Shape<R>,
    private readonly world: World,
    /** Is told each state that the server has after an edit. */
    private readonly saved: (now: Versioned<R>, field: string) => void = () => undefined,
  ) {
    this.edits = thawed(world.load())
    void this.work()
  }

  /** subscribe tells of each change of the view, until what it returns is called. */
  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener)
    return () => this.listeners.delete(listener)
  }

  /** read is the view of now: the same object until something changes. */
  read = (): View<R> => (this.view ??= this.look())

  /** hear takes a state of the record that was read. An older one than is known already is not taken. */
  hear(state: Versioned<R>): void {
    if (this.known && state.version < this.known.version) return
    this.known = state
    // What was given up, but has arrived after all, needs nobody's care any more.
    this.edits = this.edits.filter((edit) => on(edit) || !same(this.has(edit.field), edit.value))
    this.changed()
  }

  /** submit queues a new value of a field. `base` is what the field had when somebody began to type. */
  submit(field: string, value: unknown, base: unknown): void {
    this.edits = this.edits.filter((edit) => edit.field !== field || on(edit))
    const before = this.edits.findLast((edit) => edit.field === field)
    if (before && !before.request) {
      before.value = value // it has not left yet
    } else {
      const bases = [before ? before.value : base]
      this.edits.push({ field, value, bases, status: 'waiting', tries: 0, overtaken: 0 })
    }
    this.changed()
    void this.work()
  }

  /** insist sends what was typed over what somebody else wrote. */
  insist(field: string): void {
    this.again(field, (edit) => {
      edit.bases = [this.has(field)]
      delete edit.request
    })
  }

  /** retry sends once more what failed. */
  retry(field: string): void {
    this.again(field, () => undefined)
  }

  /** discard throws away what was typed and is not on its way. */
  discard(field: string): void {
    this.edits = this.edits.filter((edit) => edit.field !== field || on(edit))
    this.changed()
  }

  private again(field: string, change: (edit: Edit) => void): void {
    const edit = this.edits.find((one) => one.field === field && !on(one))
    if (!edit) return
    change(edit)
    Object.assign(edit, { status: 'waiting', tries: 0, overtaken: 0 })
    delete edit.problem
    this.changed()
    void this.work()
  }

  private has(field: string): unknown {
    return this.known && this.shape.get(this.known.record, field)
  }

  private look(): View<R> {
    let record = this.known?.record
    const fields = new Map<string, FieldEdit>()
    for (const edit of this.edits) {
      if (record && on(edit)) record = this.shape.set(record, edit.field, edit.value)
      fields.set(edit.field, {
        status: edit.status,
        value: edit.value,
        before: edit.bases[0],
        theirs: this.has(edit.field),
        ...(edit.problem && { problem: edit.problem }),
      })
    }
    return { record, fields, open: this.edits.filter(on).length }
  }

  private changed(): void {
    this.view = undefined
    this.world.save(this.edits.length > 0 ? frozen(this.edits) : null)
    for (const listener of this.listeners) listener()
  }

  private async work(): Promise<void> {
    if (this.working) return
    this.working = true
    try {
      for (let edit = this.edits.find(on); edit; edit = this.edits.find(on)) await this.send(edit)
    } finally {
      this.working = false
    }
  }

  /** send takes an edit one step further. */
  private async send(edit: Edit): Promise<void> {
    try {
      if (!edit.request && (!this.known || this.stale)) {
        const state = await this.wire.read()
        this.stale = false
        this.hear(state)
      }
      if (!edit.request) {
        const theirs = this.has(edit.field)
        // It is there already, perhaps from a request that nobody answered.
        if (same(theirs, edit.value)) return this.drop(edit)
        if (!edit.bases.some((base) => same(base, theirs))) return this.park(edit, 'conflict')
        edit.request = { etag: this.known!.etag, key: this.world.newKey() }
      }
      edit.status = 'sending'
      this.changed()
      const { field, value, request } = edit
      const state = await this.wire.write(field, value, request.etag, request.key)
      this.done(edit, state)
    } catch (cause) {
      await this.failed(edit, cause instanceof Problem ? cause : new Problem(500, { detail: String(cause) }))
    }
  }

  private done(edit: Edit, { replayed, ...state }: Versioned<R> & { replayed: boolean }): void {
    this.edits = this.edits.filter((one) => one !== edit)
    // Later edits of the field were begun on what this one wrote, which the server may have put into another form. The
    // answer to a repeated request shows the record of now, which others may have changed since.
    const value = this.shape.get(state.record, edit.field)
    for (const later of this.edits) {
      if (later.field === edit.field) later.bases = replayed ? [...later.bases, edit.value] : [value]
    }
    this.hear(state)
    this.saved(state, edit.field)
  }

  private async failed(edit: Edit, problem: Problem): Promise<void> {
    if (problem.status === 412) {
      this.stale = true
      delete edit.request
      if (++edit.overtaken > mostOvertaken) this.park(edit, 'failed', problem)
      return
    }
    if (!unsettled(problem)) {
      delete edit.request
      return this.park(edit, 'failed', problem)
    }
    edit.tries++
    // Without a connection it waits as long as it takes. A server that answers, but with errors, is given up sooner.
    if (problem.status !== 0 && edit.tries >= mostTries) return this.park(edit, 'failed', problem)
    edit.status = 'lost'
    this.changed()
    await this.world.wait(problem.retryAfter ?? Math.min(1_000 * 2 ** (edit.tries - 1), 30_000))
  }

  /** park takes an edit out of the queue, and lets those behind it go on. A later one of the same field replaces it. */
  private park(edit: Edit, status: 'failed' | 'conflict', problem?: Problem): void {
    const later = this.edits.find((one) => one !== edit && one.field === edit.field && on(one))
    if (later) {
      later.bases = [...edit.bases, ...(problem && unknown(problem) ? [edit.value] : [])]
      return this.drop(edit)
    }
    edit.status = status
    if (problem) edit.problem = problem
    this.changed()
  }

  private drop(edit: Edit): void {
    this.edits = this.edits.filter((one) => one !== edit)
    this.changed()
  }
}
