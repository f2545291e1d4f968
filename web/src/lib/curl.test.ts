import { expect, test } from 'vitest'
import { curlOf } from './curl'

test('a line for a shell keeps quotes and has no key', () => {
  expect(curlOf('https://x/v1', { name: "it's" })).toContain(`'{"name":"it'\\''s"}'`)
  expect(curlOf('https://x/v1')).toContain('Bearer $KEY"')
})
