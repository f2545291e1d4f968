import { expect, test } from 'vitest'
import { inline, markdown } from './markdown'

test('marks of a line', () => {
  expect(inline('a *b* **c** `d*e*` ~~f~~')).toEqual([
    { kind: 'text', text: 'a ' },
    { kind: 'em', parts: [{ kind: 'text', text: 'b' }] },
    { kind: 'text', text: ' ' },
    { kind: 'strong', parts: [{ kind: 'text', text: 'c' }] },
    { kind: 'text', text: ' ' },
    { kind: 'code', text: 'd*e*' },
    { kind: 'text', text: ' ' },
    { kind: 'del', parts: [{ kind: 'text', text: 'f' }] },
  ])
})

test('marks that are none stay text', () => {
  for (const text of ['2 * 3 * 4', 'snake_case_name', 'snake_case_', '** a', 'a*', '<b>x</b>', '😀 ok']) {
    expect(inline(text)).toEqual([{ kind: 'text', text }])
  }
  expect(inline('\\*a\\*')).toEqual([{ kind: 'text', text: '*a*' }])
})

test('links lead to the web only, and pictures are links', () => {
  expect(inline('[a](https://x.example/)')).toEqual([
    { kind: 'link', href: 'https://x.example/', parts: [{ kind: 'text', text: 'a' }] },
  ])
  expect(inline('![p](https://x.example/p.png)')[0]).toMatchObject({ kind: 'link', href: 'https://x.example/p.png' })
  expect(inline('[a](javascript:alert)').every((part) => part.kind === 'text')).toBe(true)
  expect(inline('[a](javascript:alert(1))').every((part) => part.kind === 'text')).toBe(true)
  expect(inline('see https://x.example/a.')[1]).toMatchObject({ kind: 'link', href: 'https://x.example/a' })
})

test('blocks', () => {
  const blocks = markdown('# Title\none\ntwo\n\n- a\n- b\n  more\n\n3. c\n> q\n---\n```\n<i>*x*\n```')
  expect(blocks.map((block) => block.kind)).toEqual(['heading', 'paragraph', 'list', 'list', 'quote', 'rule', 'code'])
  expect(blocks[1]).toMatchObject({ lines: [[{ text: 'one' }], [{ text: 'two' }]] })
  expect(blocks[2]).toMatchObject({ ordered: false, items: [[{ text: 'a' }], [{ text: 'b' }, { text: ' more' }]] })
  expect(blocks[3]).toMatchObject({ ordered: true, start: 3 })
  expect(blocks[6]).toEqual({ kind: 'code', text: '<i>*x*' })
})

test('a long line without marks takes no time', () => {
  const began = process.cpuUsage() // of this process: others may be busy
  inline('*a_'.repeat(6_000))
  expect(process.cpuUsage(began).user / 1_000).toBeLessThan(2_000)
})
