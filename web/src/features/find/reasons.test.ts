import { expect, test } from 'vitest'
import type { Hit } from './queries'
import { addressOf, pieces, wayOf } from './reasons'

test('pieces counts Unicode characters', () => {
  expect(pieces('😀 Zoë', [[2, 4]])).toEqual([
    { text: '😀 ', marked: false },
    { text: 'Zo', marked: true },
    { text: 'ë', marked: false },
  ])
})

test('pieces stands ranges that touch, overlap or leave the text', () => {
  const all = (ranges: number[][]) => pieces('abcdef', ranges).map((p) => (p.marked ? `[${p.text}]` : p.text)).join('')
  expect(all([[0, 2], [2, 4]])).toBe('[ab][cd]ef')
  expect(all([[0, 3], [1, 5]])).toBe('[abc][de]f')
  expect(all([[4, 99]])).toBe('abcd[ef]')
  expect(all([])).toBe('abcdef')
})

const hit = (highlights: Hit['highlights'], absorbed?: object[]): Hit =>
  ({ contact: { id: '1', absorbed }, highlights, score: 1 }) as unknown as Hit

test('wayOf tells what marks alone do not show', () => {
  expect(wayOf(hit([{ field: 'name', way: 'exact', ranges: [] }]))).toBeUndefined()
  expect(wayOf(hit([{ field: 'name', way: 'sound', ranges: [] }]))).toEqual({ way: 'sound' })
  const former = hit([{ field: 'absorbed[0].email', way: 'exact', ranges: [] }], [{ email: 'old@example.com' }])
  expect(wayOf(former)).toEqual({ way: 'former', value: 'old@example.com' })
})

test('addressOf gives the address that matches, be it the main one or another', () => {
  const contact = { phone: '+1', phones: [{ value: '+1' }, { value: '+61401738030' }], email: 'a@b.example', identifier: 'CU-9', emails: [{ value: 'a@b.example' }] }
  const found = (field: string) => ({ contact, highlights: [{ field, way: 'digits', ranges: [[8, 12]] }], score: 1 }) as unknown as Hit
  expect(addressOf(found('phones[1]'))).toMatchObject({ column: 'phone', value: '+61401738030' })
  expect(addressOf(found('email'))).toMatchObject({ column: 'email', value: 'a@b.example' })
  expect(addressOf(found('identifier'))).toMatchObject({ column: 'identifier', value: 'CU-9' })
  expect(addressOf(found('phones[1]'), 'email')).toBeUndefined()
  expect(addressOf(found('phones[2]'))).toBeUndefined()
  expect(addressOf(found('name'))).toBeUndefined()
})
