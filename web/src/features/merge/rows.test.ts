import { expect, test } from 'vitest'
import { chooseOf, chosen, keepsBoth, partnersOf, rowsOf } from '@/components/merge/rows'
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

test('lists that are united say so, and one that was chosen does not', () => {
  const [a, b] = [contact({ labels: ['x'] }), contact({ labels: ['y'] })]
  const labels = (result: string[]) => rowsOf(contactKind, a, b, contact({ labels: result }), []).find((row) => row.field === 'labels')!
  expect(keepsBoth(labels(['x', 'y']))).toBe(true)
  expect(keepsBoth(labels(['y']))).toBe(false)
})
