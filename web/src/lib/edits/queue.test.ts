import { describe, expect, it, vi } from 'vitest'
import { offline, Problem } from '@/lib/api/problem'
import { EditQueue, type Shape, type World } from './queue'

type Row = Record<string, unknown>
const shape: Shape<Row> = { get: (row, field) => row[field], set: (row, field, value) => ({ ...row, [field]: value }) }

/** A server that keeps one record, checks versions, and knows repeated requests. `faults` are what happens next. */
class Server {
  row: Row
  version = 1
  sent: { field: string; value: unknown; etag: string; key: string }[] = []
  reads = 0
  /** Of the next writes: refuse it, lose the request, or lose the answer. */
  faults: (Problem | 'lost request' | 'lost answer' | undefined)[] = []
  readFaults: (Problem | undefined)[] = []
  gate: Promise<void> = Promise.resolve()
  normal = (value: unknown) => value
  private done = new Set<string>()

  constructor(row: Row) {
    this.row = row
  }
  state = () => ({ record: { ...this.row }, version: this.version, etag: `"${this.version}"` })
  elsewhere(change: Row) {
    this.row = { ...this.row, ...change }
    this.version++
  }
  read = async () => {
    this.reads++
    const fault = this.readFaults.shift()
    if (fault) throw fault
    return this.state()
  }
  write = async (field: string, value: unknown, etag: string, key: string) => {
    this.sent.push({ field, value, etag, key })
    await this.gate
    const fault = this.faults.shift()
    if (fault instanceof Problem) throw fault
    if (fault === 'lost request') throw offline()
    if (this.done.has(key)) return { ...this.state(), replayed: true }
    if (etag !== `"${this.version}"`) throw new Problem(412, { type: 'version-mismatch' })
    this.done.add(key)
    this.elsewhere({ [field]: this.normal(value) })
    if (fault === 'lost answer') throw offline()
    return { ...this.state(), replayed: false }
  }
}

function made(row: Row, { known = true, text = null as string | null } = {}) {
  const server = new Server(row)
  let keys = 0
  const kept = { text }
  const waits: number[] = []
  let hold: (() => void) | undefined
  const world: World & { held: boolean } = {
    held: false,
    wait: (ms) => {
      waits.push(ms)
      return world.held ? new Promise((go) => (hold = go)) : Promise.resolve()
    },
    newKey: () => `key-${++keys}`,
    load: () => kept.text,
    save: (edits) => (kept.text = edits),
  }
  const saved = vi.fn()
  const queue = new EditQueue<Row>(server, shape, world, saved)
  if (known) queue.hear(server.state())
  return { server, queue, world, waits, kept, saved, online: () => hold?.() }
}

/** Until nothing happens any more. */
const settle = () => new Promise((done) => setTimeout(done, 5))
const gate = () => {
  let open = () => undefined as void
  const shut = new Promise<void>((go) => (open = go))
  return { shut, open }
}

describe('EditQueue', () => {
  it('shows a value at once, and sends it with the ETag', async () => {
    const { server, queue, saved } = made({ name: 'A', city: 'X' })
    queue.submit('name', 'B', 'A')
    expect(queue.read().record).toEqual({ name: 'B', city: 'X' })
    expect(queue.read().open).toBe(1)
    await settle()
    expect(server.sent).toEqual([{ field: 'name', value: 'B', etag: '"1"', key: 'key-1' }])
    expect(queue.read()).toMatchObject({ record: { name: 'B' }, open: 0 })
    expect(queue.read().fields.size).toBe(0)
    expect(saved).toHaveBeenCalledOnce()
  })

  it('sends one after the other, each with the ETag of the one before', async () => {
    const { server, queue } = made({ name: 'A', city: 'X', country: 'KE' })
    queue.submit('name', 'B', 'A')
    queue.submit('city', 'Y', 'X')
    queue.submit('country', 'TZ', 'KE')
    await settle()
    expect(server.sent.map((one) => [one.field, one.etag])).toEqual([['name', '"1"'], ['city', '"2"'], ['country', '"3"']])
    expect(server.row).toEqual({ name: 'B', city: 'Y', country: 'TZ' })
    expect(server.reads).toBe(0)
  })

  it('sends only the last of several values of a field that has not left yet', async () => {
    const { server, queue } = made({ name: 'A', city: 'X' })
    const slow = gate()
    server.gate = slow.shut
    queue.submit('city', 'Y', 'X')
    queue.submit('name', 'B', 'A')
    queue.submit('name', 'C', 'B')
    slow.open()
    await settle()
    expect(server.sent.map((one) => one.value)).toEqual(['Y', 'C'])
    expect(queue.read().fields.size).toBe(0)
  })

  it('sends a second value of a field after the first, also when the server writes the first in another form', async () => {
    const { server, queue } = made({ country: 'KE' })
    server.normal = (value) => String(value).toUpperCase()
    const slow = gate()
    server.gate = slow.shut
    queue.submit('country', 'tz', 'KE')
    queue.submit('country', 'ug', 'tz')
    expect(queue.read().record).toEqual({ country: 'ug' })
    slow.open()
    await settle()
    expect(server.sent.map((one) => [one.value, one.etag])).toEqual([['tz', '"1"'], ['ug', '"2"']])
    expect(queue.read()).toMatchObject({ record: { country: 'UG' }, open: 0 })
    expect(queue.read().fields.size).toBe(0)
  })

  it('sends nothing when the value is what the server has', async () => {
    const { server, queue } = made({ name: 'A', labels: [] })
    queue.submit('name', 'A', 'A')
    queue.submit('labels', null, undefined)
    await settle()
    expect(server.sent).toEqual([])
    expect(queue.read().fields.size).toBe(0)
  })

  it('takes back only the field that the server refuses, and keeps what was typed', async () => {
    const { server, queue } = made({ email: 'a@x', city: 'X' })
    const refusal = new Problem(422, { errors: [{ location: 'email', detail: 'must be an e-mail' }] })
    server.faults = [refusal]
    queue.submit('email', 'nonsense', 'a@x')
    queue.submit('city', 'Y', 'X')
    await settle()
    const view = queue.read()
    expect(view.record).toEqual({ email: 'a@x', city: 'Y' })
    expect(view.fields.get('email')).toMatchObject({ status: 'failed', value: 'nonsense', problem: refusal })
    queue.submit('email', 'b@x', 'a@x')
    await settle()
    expect(queue.read().record).toEqual({ email: 'b@x', city: 'Y' })
    expect(queue.read().fields.size).toBe(0)
  })

  it('forgets a refused value when a later one of the field is on its way, and has no conflict with itself', async () => {
    const { server, queue } = made({ email: 'a@x' })
    const slow = gate()
    server.gate = slow.shut
    server.faults = [new Problem(422, {})]
    queue.submit('email', 'nonsense', 'a@x')
    queue.submit('email', 'b@x', 'nonsense')
    slow.open()
    await settle()
    expect(server.row).toEqual({ email: 'b@x' })
    expect(queue.read().fields.size).toBe(0)
  })

  it('goes again when others changed another field', async () => {
    const { server, queue } = made({ name: 'A', city: 'X' })
    server.elsewhere({ city: 'Y' })
    queue.submit('name', 'B', 'A')
    await settle()
    expect(server.sent.map((one) => one.etag)).toEqual(['"1"', '"2"'])
    expect(server.sent[0]!.key).not.toBe(server.sent[1]!.key)
    expect(server.row).toEqual({ name: 'B', city: 'Y' })
    expect(queue.read().fields.size).toBe(0)
  })

  it('asks when others changed the same field, and writes nothing until somebody has decided', async () => {
    const { server, queue } = made({ name: 'A' })
    server.elsewhere({ name: 'T' })
    queue.submit('name', 'Y', 'A')
    await settle()
    expect(queue.read().record).toEqual({ name: 'T' })
    expect(queue.read().fields.get('name')).toMatchObject({ status: 'conflict', before: 'A', theirs: 'T', value: 'Y' })
    expect(server.row).toEqual({ name: 'T' })
    queue.insist('name')
    await settle()
    expect(server.row).toEqual({ name: 'Y' })
    expect(queue.read().fields.size).toBe(0)
  })

  it('takes theirs', async () => {
    const { server, queue } = made({ name: 'A' })
    server.elsewhere({ name: 'T' })
    queue.submit('name', 'Y', 'A')
    await settle()
    queue.discard('name')
    await settle()
    expect(queue.read()).toMatchObject({ record: { name: 'T' }, open: 0 })
    expect(server.row).toEqual({ name: 'T' })
  })

  it('asks also when a refetch brought the other value while somebody typed', async () => {
    const { server, queue } = made({ name: 'A' })
    server.elsewhere({ name: 'T' })
    queue.hear(server.state()) // the ETag is the newest, so the server would take the write
    queue.submit('name', 'Y', 'A')
    await settle()
    expect(server.sent).toEqual([])
    expect(queue.read().fields.get('name')).toMatchObject({ status: 'conflict', before: 'A', theirs: 'T' })
  })

  it('has no conflict when others wrote the same value', async () => {
    const { server, queue } = made({ name: 'A' })
    server.elsewhere({ name: 'B' })
    queue.submit('name', 'B', 'A')
    await settle()
    expect(queue.read().fields.size).toBe(0)
    expect(server.sent).toHaveLength(1)
  })

  it('asks again when they change it once more before somebody insists', async () => {
    const { server, queue } = made({ name: 'A' })
    server.elsewhere({ name: 'T' })
    queue.submit('name', 'Y', 'A')
    await settle()
    server.elsewhere({ name: 'U' })
    queue.insist('name')
    await settle()
    expect(queue.read().fields.get('name')).toMatchObject({ status: 'conflict', before: 'T', theirs: 'U', value: 'Y' })
    expect(server.row).toEqual({ name: 'U' })
  })

  it('lets other fields go on while one is in conflict', async () => {
    const { server, queue } = made({ name: 'A', city: 'X' })
    server.elsewhere({ name: 'T' })
    queue.submit('name', 'Y', 'A')
    queue.submit('city', 'Z', 'X')
    await settle()
    expect(server.row).toEqual({ name: 'T', city: 'Z' })
    expect(queue.read().fields.get('name')?.status).toBe('conflict')
  })

  it('gives up on a record that never stands still', async () => {
    const { server, queue } = made({ name: 'A', n: 0 })
    const write = server.write
    vi.spyOn(server, 'write').mockImplementation((...request) => {
      server.elsewhere({ n: server.version })
      return write(...request)
    })
    queue.submit('name', 'B', 'A')
    await settle()
    expect(queue.read().fields.get('name')).toMatchObject({ status: 'failed', value: 'B', problem: { status: 412 } })
    expect(server.sent.length).toBeLessThan(10)
  })

  it('sends the very same request again when the answer was lost, and writes once', async () => {
    const { server, queue, waits } = made({ country: 'KE' })
    server.normal = (value) => String(value).toUpperCase()
    server.faults = ['lost answer']
    queue.submit('country', 'tz', 'KE')
    await settle()
    expect(server.sent).toHaveLength(2)
    expect(server.sent[1]).toEqual(server.sent[0])
    expect(server.version).toBe(2)
    expect(waits).toEqual([1_000])
    expect(queue.read()).toMatchObject({ record: { country: 'TZ' }, open: 0 })
    expect(queue.read().fields.size).toBe(0)
  })

  it('sees what others did while the answer was lost', async () => {
    const { server, queue, world, online } = made({ name: 'A' })
    world.held = true
    server.faults = ['lost request']
    queue.submit('name', 'Y', 'A')
    await settle()
    expect(queue.read().fields.get('name')?.status).toBe('lost')
    server.elsewhere({ name: 'T' })
    online()
    await settle()
    expect(queue.read().fields.get('name')).toMatchObject({ status: 'conflict', before: 'A', theirs: 'T', value: 'Y' })
  })

  it('keeps edits while there is no connection, shows them, and sends them in order afterwards', async () => {
    const { server, queue, world, online } = made({ name: 'A', city: 'X' })
    world.held = true
    server.faults = ['lost request']
    queue.submit('name', 'B', 'A')
    await settle()
    queue.submit('city', 'Y', 'X')
    queue.submit('city', 'Z', 'Y')
    await settle()
    expect(queue.read()).toMatchObject({ record: { name: 'B', city: 'Z' }, open: 2 })
    expect(server.sent).toHaveLength(1)
    online()
    await settle()
    expect(server.sent.map((one) => one.value)).toEqual(['B', 'B', 'Z'])
    expect(server.row).toEqual({ name: 'B', city: 'Z' })
    expect(queue.read().open).toBe(0)
  })

  it('waits without end for a connection, longer each time', async () => {
    const { server, queue, waits } = made({ name: 'A' })
    server.faults = Array.from({ length: 8 }, () => 'lost request' as const)
    queue.submit('name', 'B', 'A')
    await settle()
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000])
    expect(server.row).toEqual({ name: 'B' })
  })

  it('waits as long as the server says', async () => {
    const { server, queue, waits } = made({ name: 'A' })
    server.faults = [new Problem(503, { type: 'busy' }, '', 7_000)]
    queue.submit('name', 'B', 'A')
    await settle()
    expect(waits).toEqual([7_000])
    expect(server.row).toEqual({ name: 'B' })
  })

  it('gives up on a server that fails again and again, and a retry is the same request', async () => {
    const { server, queue } = made({ name: 'A' })
    server.faults = Array.from({ length: 4 }, () => new Problem(500, {}))
    queue.submit('name', 'B', 'A')
    await settle()
    expect(queue.read().fields.get('name')).toMatchObject({ status: 'failed', value: 'B' })
    expect(queue.read().record).toEqual({ name: 'A' })
    queue.retry('name')
    await settle()
    expect(new Set(server.sent.map((one) => one.key)).size).toBe(1)
    expect(server.row).toEqual({ name: 'B' })
    expect(queue.read().fields.size).toBe(0)
  })

  it('forgets a failure that turns out to have worked', async () => {
    const { server, queue } = made({ name: 'A' })
    server.faults = Array.from({ length: 4 }, () => new Problem(500, {}))
    queue.submit('name', 'B', 'A')
    await settle()
    server.elsewhere({ name: 'B' })
    queue.hear(server.state())
    expect(queue.read().fields.size).toBe(0)
  })

  it('goes on with a later value after a failure that may have worked', async () => {
    const { server, queue } = made({ name: 'A' })
    const slow = gate()
    server.gate = slow.shut
    server.faults = Array.from({ length: 4 }, () => new Problem(500, {}))
    queue.submit('name', 'B', 'A')
    queue.submit('name', 'C', 'B')
    server.elsewhere({ name: 'B' })
    slow.open()
    await settle()
    expect(server.row).toEqual({ name: 'C' })
    expect(queue.read().fields.size).toBe(0)
  })

  it('reads an answer that comes after a newer one, and takes no notice', async () => {
    const { server, queue } = made({ name: 'A' })
    const old = server.state()
    queue.submit('name', 'B', 'A')
    await settle()
    queue.hear(old)
    expect(queue.read().record).toEqual({ name: 'B' })
  })

  it('does not lose an edit that was begun before anything was read', async () => {
    const { server, queue } = made({ name: 'A' }, { known: false })
    server.readFaults = [offline(), undefined]
    queue.submit('name', 'B', 'A')
    await settle()
    expect(server.reads).toBe(2)
    expect(server.row).toEqual({ name: 'B' })
  })

  it('says that a record is gone', async () => {
    const { server, queue } = made({ name: 'A' })
    server.elsewhere({})
    server.readFaults = [new Problem(404, { type: 'not-found' })]
    queue.submit('name', 'B', 'A')
    await settle()
    expect(queue.read().fields.get('name')).toMatchObject({ status: 'failed', value: 'B', problem: { status: 404 } })
  })

  it('outlives a reload: what was on its way goes again as the same request, what failed stays', async () => {
    const first = made({ name: 'A', email: 'a@x' })
    first.server.faults = [new Problem(409, { type: 'identity-taken', contact_id: 'c2' }), 'lost answer']
    first.queue.submit('email', 'b@x', 'a@x')
    await settle()
    first.world.held = true
    first.queue.submit('name', 'B', 'A')
    await settle()
    const sent = first.server.sent.at(-1)!
    const second = made({}, { known: false, text: first.kept.text })
    second.server.row = first.server.row
    await settle()
    expect(second.server.sent[0]).toEqual(sent)
    expect(second.queue.read().fields.get('email')).toMatchObject({ status: 'failed', value: 'b@x' })
    expect(second.queue.read().fields.get('email')?.problem?.body.contact_id).toBe('c2')
  })

  it('keeps nothing when all is saved, and reads no nonsense', async () => {
    const { queue, kept } = made({ name: 'A' }, { text: '{' })
    queue.submit('name', 'B', 'A')
    expect(kept.text).toContain('"B"')
    await settle()
    expect(kept.text).toBeNull()
  })

  it.each(['[1,null,"a",{}]', '[{"field":"name","bases":[],"status":"failed"}]', '5', '{}'])('takes no edits from what is none: %s', async (text) => {
    const { server, queue } = made({ name: 'A' }, { text })
    await settle()
    expect(queue.read()).toMatchObject({ record: { name: 'A' }, open: 0 })
    expect(server.sent).toEqual([])
  })

  it('tells listeners, and answers the same view until something changes', () => {
    const { queue } = made({ name: 'A' })
    const heard = vi.fn()
    const stop = queue.subscribe(heard)
    expect(queue.read()).toBe(queue.read())
    queue.submit('name', 'B', 'A')
    expect(heard).toHaveBeenCalled()
    stop()
  })
})
