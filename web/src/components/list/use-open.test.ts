// @vitest-environment jsdom
import { renderHook } from '@testing-library/react'
import { beforeEach, expect, test, vi } from 'vitest'
import { useOpen } from './use-open'

const open = vi.fn()
const shown = (question: string, old: boolean) =>
  renderHook(({ question, old }) => useOpen(question, old, open), { initialProps: { question, old } })

beforeEach(() => open.mockClear())

test('a row of the answer opens at once', () => {
  shown('a', false).result.current(2, true)
  expect(open).toHaveBeenCalledExactlyOnceWith(2, true)
})

test('who is faster than the answer gets its first row, once', () => {
  const { result, rerender } = shown('a', true)
  result.current(0, false)
  rerender({ question: 'a', old: true })
  expect(open).not.toHaveBeenCalled()
  rerender({ question: 'a', old: false })
  rerender({ question: 'a', old: false })
  expect(open).toHaveBeenCalledExactlyOnceWith(0, false)
})

test('who has gone to another old row gets that', () => {
  shown('a', true).result.current(3, false)
  expect(open).toHaveBeenCalledExactlyOnceWith(3, false)
})

test('who asks something else first gets nothing', () => {
  const { result, rerender } = shown('a', true)
  result.current(0, false)
  rerender({ question: 'ab', old: true })
  rerender({ question: 'ab', old: false })
  expect(open).not.toHaveBeenCalled()
})

test('who has gone elsewhere on the page gets nothing', () => {
  const { result, rerender } = shown('a', true)
  result.current(0, false)
  const other = document.body.appendChild(document.createElement('button'))
  other.focus()
  rerender({ question: 'a', old: false })
  expect(open).not.toHaveBeenCalled()
})
