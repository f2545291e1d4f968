// @vitest-environment jsdom
import { act, renderHook } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { claimDrafts, drafts, watchLeaving } from './stored'
import { useDraft } from './use-draft'

const empty = { name: '', labels: [] as string[], days: 7 }
const open = (initial = empty, name = 'form') => renderHook((now: typeof empty) => useDraft(name, now), { initialProps: initial })

beforeEach(() => drafts.forgetAll())

test('what is typed is there again when the form is opened again, and says so', () => {
  const first = open()
  expect(first.result.current.restored).toBe(false)
  act(() => first.result.current.put({ name: 'Maji' }))
  act(() => first.result.current.put({ labels: ['a'] }))
  first.unmount()
  const { result } = open()
  expect(result.current).toMatchObject({ value: { name: 'Maji', labels: ['a'], days: 7 }, restored: true })
  expect(open(empty, 'other').result.current.restored).toBe(false)
  act(() => result.current.discard())
  expect(result.current).toMatchObject({ value: empty, restored: false })
  expect(open().result.current.restored).toBe(false)
})

test('what is typed back to what it was is no draft', () => {
  const { result } = open({ ...empty, name: 'Maji' })
  act(() => result.current.put({ name: 'Maj' }))
  expect(result.current.typed).toEqual({ name: 'Maj' })
  act(() => result.current.put({ name: 'Maji' }))
  expect(result.current.typed).toEqual({})
  expect(drafts.get('form-form')).toBeNull()
})

test('members that nobody has typed follow the record, and those that were say what has changed under them', () => {
  const { result, rerender } = open({ ...empty, name: 'Maji', days: 7 })
  act(() => result.current.put({ name: 'Maji Safi' }))
  rerender({ ...empty, name: 'Chai', days: 9 })
  expect(result.current.value).toMatchObject({ name: 'Maji Safi', days: 9 })
  expect(result.current.meanwhile('name')).toEqual({ was: 'Maji', is: 'Chai' })
  expect(result.current.meanwhile('days')).toBeUndefined()
  act(() => result.current.put({ name: 'Maji Sana' }))
  expect(open({ ...empty, name: 'Chai' }).result.current.meanwhile('name')).toEqual({ was: 'Maji', is: 'Chai' })
})

test('what is typed while a form is being saved stays', () => {
  const { result } = open()
  act(() => result.current.put({ name: 'Maji', days: 8 }))
  const sent = result.current.typed
  act(() => result.current.put({ name: 'Maji Safi' }))
  act(() => result.current.saved(sent))
  expect(result.current.typed).toEqual({ name: 'Maji Safi' })
  act(() => result.current.saved(result.current.typed))
  expect(drafts.get('form-form')).toBeNull()
})

test('a form that is closed when it is saved leaves nothing behind', () => {
  const { result, unmount } = open()
  act(() => result.current.put({ name: 'Maji' }))
  const { saved, typed } = result.current
  unmount()
  saved(typed)
  expect(open().result.current.restored).toBe(false)
})

test.each(['no json', '{"typed":{"name":5,"labels":"a"},"was":{}}', '[]'])('rubbish in the storage is no draft: %s', (text) => {
  drafts.set('form-form', text)
  expect(open().result.current).toMatchObject({ value: empty, restored: false })
})

test('a draft that does not say what was there before is one', () => {
  drafts.set('form-form', '{"typed":{"name":"Maji"},"was":null}')
  const { result } = open()
  expect(result.current.value.name).toBe('Maji')
  expect(result.current.meanwhile('name')).toBeUndefined()
})

test('somebody else who signs in gets nothing of it', () => {
  claimDrafts('one')
  const { result } = open()
  act(() => result.current.put({ name: 'Maji' }))
  claimDrafts('one')
  expect(open().result.current.restored).toBe(true)
  claimDrafts('two')
  expect(open().result.current.restored).toBe(false)
})

test('a browser without storage keeps it until the page is left, and asks before that', () => {
  watchLeaving()
  const ask = () => !window.dispatchEvent(new Event('beforeunload', { cancelable: true }))
  expect(ask()).toBe(false)
  const refused = vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new DOMException('full', 'QuotaExceededError')
  })
  const { result, unmount } = open()
  act(() => result.current.put({ name: 'Maji' }))
  unmount()
  expect(open().result.current.value.name).toBe('Maji')
  expect(ask()).toBe(true)
  refused.mockRestore()
  drafts.forgetAll()
  expect(ask()).toBe(false)
})
