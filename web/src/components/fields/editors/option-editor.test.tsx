// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { startTexts } from '@/lib/i18n'
import { OptionEditor } from './option-editor'

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} })
  Element.prototype.scrollIntoView = () => undefined // jsdom has none
  await startTexts()
})
afterEach(cleanup)

const options = ['free', 'starter', 'pro'].map((value) => ({ value, label: value }))

function editor(save: (value?: unknown) => void) {
  render(
    <MantineProvider env="test">
      <OptionEditor label="Tier" value={null} options={options} clearable change={() => undefined} save={save} invalid={false} describedBy="help" />
    </MantineProvider>,
  )
  return screen.getByRole('combobox', { name: 'Tier' })
}

test('Enter takes the first option that fits, also before the list is open', async () => {
  const save = vi.fn()
  const box = editor(save)
  await userEvent.type(box, 'PR')
  document.querySelectorAll('[data-combobox-selected]').forEach((option) => option.removeAttribute('data-combobox-selected'))
  fireEvent.keyDown(box, { key: 'Enter' })
  expect(save.mock.calls).toEqual([['pro']])
})

test('Enter saves nothing when no option fits, and what was typed stays', async () => {
  const save = vi.fn()
  const box = editor(save)
  await userEvent.type(box, 'gold')
  fireEvent.keyDown(box, { key: 'Enter' })
  expect(save).not.toHaveBeenCalled()
  expect((box as HTMLInputElement).value).toBe('gold')
})
