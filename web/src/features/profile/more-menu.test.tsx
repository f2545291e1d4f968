// @vitest-environment jsdom
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Contact } from '@/lib/edits/contact'
import { startTexts } from '@/lib/i18n'
import type { Scope } from '@/lib/scopes'
import { session } from '@/lib/session'
import { MoreMenu } from './more-menu'

vi.mock('./delete-contact', () => ({ DeleteContact: () => 'asks whether to delete' }))

beforeAll(async () => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener: () => undefined, removeEventListener: () => undefined }))
  vi.stubGlobal('ResizeObserver', class { observe() {} unobserve() {} disconnect() {} })
  await startTexts()
})
afterEach(cleanup)

/** open shows the menu to somebody of a scope, opens it by keyboard, and returns the names of its items. */
async function open(scope: Scope): Promise<string[]> {
  const queries = new QueryClient()
  queries.setQueryData(session.queryKey, { who: { kind: 'key', id: 'k', name: 'K', scope }, expires_at: '', idle_expires_at: '' })
  render(
    <QueryClientProvider client={queries}>
      <MantineProvider env="test">
        <MoreMenu record={{ id: 'c1', name: 'Amina' } as Contact} />
      </MantineProvider>
    </QueryClientProvider>,
  )
  await userEvent.tab()
  expect(document.activeElement?.getAttribute('aria-label')).toBe('More')
  await userEvent.keyboard('{Enter}')
  return (await screen.findAllByRole('menuitem')).map((item) => item.textContent)
}

test('the first press of the button fetches the menu and opens it, with what the scope may do', async () => {
  const copies = ['Copy as link', 'Copy as curl']
  expect(await open('agent')).toEqual(copies)
  cleanup()
  expect(await open('admin')).toEqual([...copies, 'Download all that is stored', 'Delete…'])
  expect(screen.getByRole('menuitem', { name: 'Download all that is stored' })).toMatchObject({
    href: `${window.location.origin}/v1/contacts/c1/personal-data`,
    download: 'c1.json',
  })
})

test.each([
  ['Copy as link', /\/contacts\/c1$/],
  ['Copy as curl', /\/v1\/contacts\/c1\?include=provenance/],
])('%s shows what is to be copied, and closes', async (item, text) => {
  await open('agent')
  await userEvent.click(screen.getByRole('menuitem', { name: item }))
  const box = await screen.findByRole<HTMLTextAreaElement>('textbox')
  expect(box.value).toMatch(text)
  await userEvent.click(screen.getByRole('button', { name: 'Close' }))
  await waitFor(() => expect(screen.queryByRole('textbox')).toBeNull())
})

test('Delete… asks first', async () => {
  await open('admin')
  expect(document.body.textContent).not.toContain('asks whether to delete')
  await userEvent.click(screen.getByRole('menuitem', { name: 'Delete…' }))
  await screen.findByText('asks whether to delete')
})
