// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import type { Wanted } from './saving'

const filter = { combinator: 'and' as const, rules: [{ field: 'city', operator: 'eq' as const, value: 'Kisumu' }] }
const wanted: Wanted = { id: 's1', version: 7, name: 'Kisumu', description: '', filter, fixed: false, key: 'k' }
const stored = { id: 's1', name: 'Kisumu', filter: { rules: filter.rules, combinator: 'and' }, version: 8 }

function server(...answers: (Response | Error)[]) {
  const asked: Request[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(request.clone())
    const answer = answers.shift() ?? new Response('{}', { status: 500 })
    if (answer instanceof Error) throw answer
    return answer
  })
  return asked
}
const json = (body: unknown, status = 200) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } })
afterEach(() => void vi.unstubAllGlobals())

test('a change names the version that it began from', async () => {
  const { save } = await import('./saving')
  const asked = server(json(stored))
  expect(await save(wanted)).toEqual({ saved: stored })
  expect([asked[0]?.method, asked[0]?.headers.get('If-Match')]).toEqual(['PATCH', '"7"'])
})

test('what somebody else has saved meanwhile is shown, not written over', async () => {
  const { save } = await import('./saving')
  server(json({ type: 'version-mismatch' }, 412), json({ ...stored, name: 'Theirs' }))
  expect(await save(wanted)).toMatchObject({ theirs: { name: 'Theirs' } })
})

test('a new segment and a change have the key of their attempt', async () => {
  const { save } = await import('./saving')
  const asked = server(json(stored, 201), json(stored))
  await save({ ...wanted, id: '' })
  await save(wanted)
  expect(asked.map(({ method, headers }) => [method, headers.get('Idempotency-Key')])).toEqual([['POST', 'k'], ['PATCH', 'k']])
})
