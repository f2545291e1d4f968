import { expect, test } from 'vitest'
import { finished } from './finished'

test('a number is one when it shows again as it was typed, else the server is to say what is wrong', () => {
  const number = (value: unknown) => finished({ kind: 'number' }, value)
  expect(number(' 120.5 ')).toBe(120.5)
  expect(number('-3')).toBe(-3)
  for (const text of ['', '1,234', 'many', '1.50', '12345678901234567890']) expect(number(text)).toBe(text)
  expect(number(7)).toBe(7)
})

test('addresses lose empty lines, and one of them is the main one', () => {
  const line = (value: string, primary = false) => ({ value, primary, shared: false })
  expect(finished({ kind: 'emails' }, [line(' a@x '), line('', true), line('b@x')])).toEqual([line('a@x', true), line('b@x')])
  expect(finished({ kind: 'phones' }, [line('1'), line('2', true)])).toEqual([line('1'), line('2', true)])
  expect(finished({ kind: 'emails' }, null)).toEqual([])
})

test('accounts lose empty lines', () => {
  expect(finished({ kind: 'identities' }, [{ channel: 'sms', source_id: ' 7 ' }, { channel: 'line', source_id: ' ' }])).toEqual([
    { channel: 'sms', source_id: '7' },
  ])
})

test('a checkbox with three states is true, false or nothing; an option of that name stays a text', () => {
  const control = { kind: 'option' as const, options: [], clearable: true }
  expect(finished({ ...control, flag: true }, 'true')).toBe(true)
  expect(finished({ ...control, flag: true }, 'false')).toBe(false)
  expect(finished({ ...control, flag: true }, null)).toBe(null)
  expect(finished(control, 'true')).toBe('true')
})

test('texts lose blanks at their ends', () => {
  expect(finished({ kind: 'text' }, ' Kisumu ')).toBe('Kisumu')
})
