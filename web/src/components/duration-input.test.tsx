// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startTexts } from '@/lib/i18n'
import { DurationInput } from './duration-input'

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  await startTexts()
})
afterEach(cleanup)

let last = ''
function Shown({ first }: { first: string }) {
  const [value, setValue] = useState(first)
  last = value
  return (
    <MantineProvider>
      <DurationInput label="Kept for" description="Empty: for ever." value={value} change={setValue} />
    </MantineProvider>
  )
}

test('a number and a unit make a duration, in any order, and an empty number none', async () => {
  render(<Shown first="P2Y" />)
  const [number, unit] = [screen.getByLabelText('Kept for'), screen.getByLabelText('Unit: Kept for')]
  expect((number as HTMLInputElement).value).toBe('2')
  expect((unit as HTMLSelectElement).value).toBe('Y')
  await userEvent.clear(number)
  expect(last).toBe('')
  await userEvent.selectOptions(unit, 'W')
  expect((unit as HTMLSelectElement).value).toBe('W')
  await userEvent.type(number, '10')
  expect(last).toBe('P10W')
})

test('a duration of several units stays until it is changed', async () => {
  render(<Shown first="P1Y6M" />)
  const number = screen.getByLabelText('Kept for')
  expect((number as HTMLInputElement).value).toBe('P1Y6M')
  await userEvent.clear(number)
  await userEvent.type(number, '18')
  await userEvent.selectOptions(screen.getByLabelText('Unit: Kept for'), 'M')
  expect(last).toBe('P18M')
})
