import { expect, test } from 'vitest'
import { apart } from '@/components/merge/names'
import { chooseOf, chosen, partnersOf, rowsOf, ruleOf } from '@/components/merge/rows'
import type { Attribute } from '@/lib/attributes'
import type { Contact } from '@/lib/edits/contact'
import { contactKind } from './kind'

const contact = (more: Partial<Contact>) =>
  ({ id: 'x', type: 'lead', emails: [], phones: [], identities: [], labels: [], channels: [], attributes: {}, created_at: 't', ...more }) as Contact
const tier = { key: 'tier', label: 'Tier', type: 'list', entity: 'contact' } as Attribute

test('rows that differ come first, and what neither has is no row', () => {
  const rows = rowsOf(contactKind, contact({ city: 'Nairobi', name: 'A' }), contact({ city: 'Kisumu', name: 'A' }), undefined, [tier])
  expect(rows.map((row) => [row.field, row.differs])).toEqual([
    ['city', true],
    ['name', false],
    ['type', false],
    ['created_at', false],
  ])
})

test('only what both have differently can be chosen', () => {
  const rows = rowsOf(
    contactKind,
    contact({ name: 'A', attributes: { tier: 'pro' }, consent: { email: 'subscribed' } }),
    contact({ name: 'B', city: 'Arusha', attributes: { tier: 'free' }, consent: { email: 'unsubscribed' } }),
    undefined,
    [tier],
  )
  const choosable = Object.fromEntries(rows.map((row) => [row.field, row.choosable]))
  expect(choosable).toMatchObject({ name: true, 'attributes.tier': true, city: false, 'consent.email': false, created_at: false })
})

test('fields that go together are chosen together, and taken back together', () => {
  expect(partnersOf(contactKind.together, 'city')).toEqual(['country'])
  const taken = chosen(contactKind.together, { identifier: true }, 'city', true)
  expect(Object.keys(taken).sort()).toEqual(['city', 'country', 'identifier'])
  expect(chosen(contactKind.together, taken, 'country', false)).toEqual({ identifier: true })
})

test('the API calls the company by its id', () => {
  expect(chooseOf({ company: true, 'attributes.tier': true })).toEqual({ 'attributes.tier': 'absorbed', company_id: 'absorbed' })
})

const rule = (field: string, a: Contact, b: Contact, result: Partial<Contact>) =>
  ruleOf(contactKind.together, rowsOf(contactKind, a, b, contact(result), []).find((row) => row.field === field)!)

test('nobody chooses among lists that are united, nor the type, and the page says what decides', () => {
  const [a, b] = [contact({ labels: ['x'] }), contact({ labels: ['y'], type: 'customer' })]
  const rows = rowsOf(contactKind, a, b, undefined, [])
  expect(rows.filter((row) => row.differs && row.choosable)).toEqual([])
  expect(rule('labels', a, b, { labels: ['x', 'y'] })).toBe('both')
  expect(rule('type', a, b, { type: 'customer' })).toBe('further')
})

test('a value that does not come along says what it goes with', () => {
  const [a, b] = [contact({ name: 'A' }), contact({ name: 'B', first_name: 'B' })]
  expect(rule('first_name', a, b, { name: 'A' })).toBe('goesWith')
  expect(rule('first_name', a, b, { name: 'B', first_name: 'B' })).toBeUndefined()
  expect(rule('name', a, b, { name: 'A' })).toBeUndefined()
})

test('two of the same name are told apart', () => {
  const told = (a: Contact, b: Contact) => apart((one: Contact) => one.name!, (one) => one.email!, a, b)
  expect(told(contact({ name: 'A' }), contact({ name: 'B' }))).toEqual({ stays: 'A', gone: 'B' })
  expect(told(contact({ name: 'A', email: 'a@x' }), contact({ name: 'a', email: 'b@x' }))).toEqual({ stays: 'A (a@x)', gone: 'a (b@x)' })
})
