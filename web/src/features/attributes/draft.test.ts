import { expect, test } from 'vitest'
import { changeable, creation, draftOf, empty, keyOf, linesOf } from './draft'

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

test('a draft of what exists changes nothing by itself', () => {
  const draft = draftOf({
    key: 'tier', label: 'Tier', type: 'list', entity: 'contact', options: ['a'], version: 1, created_at: '', updated_at: '',
  })
  expect(changeable(draft)).toEqual({ label: 'Tier', description: null, group: null, required: false, options: ['a'] })
})

test('a limit that is no number is sent as it was typed, and not as no limit', () => {
  expect(changeable({ ...empty, label: 'MRR', type: 'number', min: 'ten', max: ' 10 ' })).toMatchObject({ min: 'ten', max: 10 })
})
