// @vitest-environment jsdom
import { expect, test } from 'vitest'
import type { Contact } from '@/lib/edits/contact'
import { addressesOf, suspects } from './suppression'

const address = (value: string) => ({ value, primary: false, shared: false })
const contact = (more: Partial<Contact>) => ({ emails: [], phones: [], identities: [], reachable: [], ...more }) as unknown as Contact

test('people are called on their phones, and written to there by their accounts, too', () => {
  const one = contact({ phones: [address('+254711')], identities: [{ channel: 'whatsapp', source_id: '254722' }, { channel: 'line', source_id: 'u1' }] })
  expect(addressesOf(one, 'whatsapp')).toEqual(['+254711', '254722'])
  expect(addressesOf(one, 'sms')).toEqual(['+254711'])
  expect(addressesOf(one, 'line')).toEqual(['u1'])
  expect(addressesOf(one, 'email')).toEqual([])
})

test('an address that is the only one and works is not asked for', () => {
  const one = contact({ emails: [address('a@x')], reachable: ['email'] })
  expect(suspects(one, 'email')).toEqual([])
  expect(suspects({ ...one, reachable: [] }, 'email')).toEqual(['a@x'])
  expect(suspects({ ...one, emails: [address('a@x'), address('b@x')] }, 'email')).toEqual(['a@x', 'b@x'])
})
