import { expect, test } from 'vitest'
import { changeable, changedOf, creation, empty, formOf, keyOf, linesOf } from './form'

test('keyOf takes letters and digits', () => {
  expect(keyOf('Überfällig seit (Tage)')).toBe('uberfallig_seit_tage')
  expect(keyOf('2nd phone')).toBe('a_2nd_phone')
  expect(keyOf('  ')).toBe('')
})

test('linesOf leaves out blank lines', () => {
  expect(linesOf(' gold \n\n silver\n')).toEqual(['gold', 'silver'])
})

test('only what the type has is sent', () => {
  const list = creation({ ...empty, label: 'Tier', type: 'list', options: 'gold\nsilver', pattern: 'x', min: '1' })
  expect(list).toMatchObject({ key: 'tier', type: 'list', options: ['gold', 'silver'], multiple: false })
  expect(list).not.toHaveProperty('pattern')
  expect(list).not.toHaveProperty('min')
  expect(changeable({ ...empty, label: 'MRR', type: 'number', min: '', max: '10' })).toMatchObject({ min: null, max: 10 })
})

test('of what exists only what somebody has typed is changed', () => {
  const form = formOf({
    key: 'tier', label: 'Tier', type: 'list', entity: 'contact', options: ['a'], version: 1, created_at: '', updated_at: '',
  })
  expect(changeable(form)).toEqual({ label: 'Tier', description: null, group: null, required: false, options: ['a'] })
  expect(changedOf(form, {})).toEqual({})
  expect(changedOf({ ...form, group: 'Sales', options: 'a\nb' }, { options: 'a\nb' })).toEqual({ options: ['a', 'b'] })
})

test('a limit that is no number is sent as it was typed, and not as no limit', () => {
  expect(changeable({ ...empty, label: 'MRR', type: 'number', min: 'ten', max: ' 10 ' })).toMatchObject({ min: 'ten', max: 10 })
})
