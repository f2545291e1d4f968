import { expect, test } from 'vitest'
import { kindsOf, viewOf } from './view'

test('an address is read, and what makes no sense in it is left out', () => {
  const address = { tab: 'notes', kinds: ['note', 'nonsense', 'merged', 'note'], conversation: 'c1', channel: 'whatsapp' }
  expect(viewOf(address)).toEqual({ ...address, kinds: ['note', 'merged'] })
  expect(viewOf({ tab: 'x', kinds: 'note', conversation: 7, channel: '<b>', kind: 1 })).toEqual({})
  expect(viewOf({ kinds: ['toString'] })).toEqual({})
})

test('groups of kinds are the kinds of the API', () => {
  expect(kindsOf(['conversation', 'note'])).toBe('conversation,message,note')
  expect(kindsOf([])).toBeUndefined()
  expect(kindsOf(undefined)).toBeUndefined()
})
