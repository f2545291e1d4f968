// @vitest-environment jsdom
import { afterEach, expect, test, vi } from 'vitest'
import { isProblem, send } from './client'

afterEach(() => vi.unstubAllGlobals())

/** problemOf is what a request is answered with when the network says something. */
async function problemOf(answer: Response) {
  vi.stubGlobal('fetch', async () => answer)
  const problem = await send(new Request('http://localhost/v1/companies', { method: 'POST', body: '{}' })).catch((cause: unknown) => cause)
  if (!isProblem(problem)) throw problem
  return problem
}

/** broken is a body that ends before its end. */
function broken(): ReadableStream<Uint8Array> {
  let parts = 0
  return new ReadableStream({
    pull(stream) {
      if (parts++ === 0) stream.enqueue(new TextEncoder().encode('{"id":'))
      else stream.error(new TypeError('network error'))
    },
  })
}

const json = { headers: { 'Content-Type': 'application/json' } }

test('an answer that breaks off is no answer: nobody knows what became of the request', async () => {
  expect(await problemOf(new Response(broken(), { ...json, status: 201 }))).toMatchObject({ status: 0, type: 'offline' })
})

test('a page of the network is no answer of the server', async () => {
  const page = new Response('<html>Sign in to this network</html>', { headers: { 'Content-Type': 'text/html; charset=utf-8' } })
  expect(await problemOf(page)).toMatchObject({ status: 0, type: 'offline' })
})

test('a whole answer can be read', async () => {
  vi.stubGlobal('fetch', async () => new Response('{"id":"a"}', json))
  expect(await (await send(new Request('http://localhost/v1/companies'))).json()).toEqual({ id: 'a' })
})

test.each([
  ['a search with a body', 'http://localhost/v1/contacts/search', { method: 'POST', body: '{"query":"ana","min_seq":7}' }],
  ['a search in the address', 'http://localhost/v1/notes/search?q=ana&min_seq=7', { method: 'GET' }],
])('%s does not wait for the text index while that is behind', async (_, url, init) => {
  const asked: string[] = []
  vi.stubGlobal('fetch', async (request: Request) => {
    asked.push(new URL(request.url).search + (request.method === 'POST' ? await request.text() : ''))
    if (asked.length > 1) return new Response('{}', json)
    return new Response('{"type":"https://kundi.dev/problems/index-behind"}', { ...json, status: 503 })
  })
  expect((await send(new Request(url, init))).ok).toBe(true)
  expect(asked).toEqual('body' in init ? [init.body, '{"query":"ana"}'] : ['?q=ana&min_seq=7', '?q=ana'])
})

test.each(['null', '"down"', '5', '[]', '<html>', '', '{"title":{},"detail":5,"errors":"no","type":null}'])(
  'a problem in words of a proxy is one all the same: %s',
  async (text) => {
    const problem = await problemOf(new Response(text, { status: 502 }))
    expect(problem).toMatchObject({ status: 502, type: '502', detail: '' })
    expect(problem.at('name')).toBeUndefined()
  },
)
