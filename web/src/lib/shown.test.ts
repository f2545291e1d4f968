// @vitest-environment jsdom
import type { TFunction } from 'i18next'
import { expect, test } from 'vitest'
import type { Attribute } from './attributes'
import { shown, type Showing } from './shown'

const attribute = (key: string, more: Partial<Attribute>) => ({ key, label: key, entity: 'contact', type: 'text', ...more }) as Attribute
const showing: Showing = {
  t: ((key: string) => key) as unknown as TFunction,
  zone: 'Africa/Nairobi',
  defined: [
    attribute('mrr', { type: 'currency', currency: 'KES' }),
    attribute('health', { type: 'percentage' }),
    attribute('renewal', { type: 'date' }),
    attribute('seats', { type: 'number' }),
  ],
}
const show = (field: string, value: unknown) => shown(field, value, showing)

test('values of attributes are shown by their type', () => {
  expect(show('attributes.mrr', 1234.5)).toMatch(/^KES.1,234.50$/)
  expect(show('attributes.health', 90.5)).toBe('90.5 %')
  expect(show('attributes.renewal', '2027-01-31')).toBe('Jan 31, 2027')
  expect(show('attributes.seats', 1234)).toBe('1,234')
  expect(show('attributes.news', false)).toBe('values.no')
  expect(show('attributes.gone', 'x')).toBe('x')
})

test('lists, companies, accounts and addresses are shown by what people know', () => {
  expect(show('labels', ['a', 'b'])).toBe('a, b')
  expect(show('company', { id: '1', name: 'Maji' })).toBe('Maji')
  expect(show('emails', [{ value: 'a@x', primary: true, shared: false }])).toBe('a@x')
  expect(show('identities', [{ channel: 'whatsapp', source_id: '254' }])).toBe('channels.whatsapp: 254')
  expect(show('absorbed', [{ id: '1', name: 'Amina' }])).toBe('Amina')
})

test('instants are in the zone of the workspace, and nothing is an empty text', () => {
  expect(show('created_at', '2026-11-30T22:00:00Z')).toMatch(/Dec 1, 2026.*1:00/)
  expect(show('block.until', '2026-11-30T22:00:00Z')).toMatch(/Dec 1, 2026/)
  for (const none of [undefined, null, '', []]) expect(show('city', none)).toBe('')
})
