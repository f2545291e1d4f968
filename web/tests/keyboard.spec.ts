import { expect, test } from 'vitest'
import { api, closed, demo, useBrowser, visit } from './browser'
import { press, tabTo, toTab } from './keys'

// The tasks of the tour in the README, without a click: people and companies.
useBrowser()

interface Contact {
  id: string
  name?: string
  city?: string
  blocked?: boolean
}

const run = Date.now().toString(36)
const rows = '#people [role=row][id]'

test('by keyboard: sign in, find by ear, and open', async () => {
  const page = await visit('/sign-in', { stranger: true })
  await page.waitForFunction(() => document.activeElement instanceof HTMLInputElement)
  await page.keyboard.type(demo.key)
  await page.keyboard.press('Enter')
  await page.waitForFunction(() => document.activeElement?.id === 'search-people')
  await page.keyboard.type('cathrin jonson')
  await page.locator(rows).first().filter({ hasText: /Katherine Johnson.*sounds like/ }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/contacts\//)
  await page.getByRole('heading', { level: 1, name: 'Katherine Johnson' }).waitFor()
  expect(await closed(page)).toEqual([])
})

test('by keyboard: narrow by a facet, pick two people, and keep them as a segment', async () => {
  const label = `keyboard-${run}`
  const people = ['Asha', 'Bahati', 'Chausiku'].map((name, n) => ({ name: `${name} ${run}`, identifier: `${label}-${n}`, labels: [label], type: n ? 'customer' : 'lead' }))
  await api('POST', '/v1/contacts/batch', { contacts: people })
  const page = await visit(`/find?sort=name&picks=${encodeURIComponent(JSON.stringify({ labels: { is: [label] } }))}`)
  const status = page.getByRole('status', { name: 'Matching people' })
  await expect.poll(() => status.innerText()).toBe('3 people')
  await press(page, page.getByRole('region', { name: 'Facets' }).getByLabel('Customer', { exact: true }), 'Space')
  await expect.poll(() => status.innerText()).toBe('2 people')
  await tabTo(page, page.getByRole('grid', { name: 'People' }))
  await page.keyboard.press('x')
  await page.keyboard.press('j')
  await page.keyboard.press('x')
  await press(page, page.getByRole('button', { name: 'Save as segment' }))
  await page.getByRole('dialog').getByText('2 people').waitFor()
  await page.keyboard.type(`Picked ${run}`)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const kept = await api<{ kind: string; pinned_count: number }>('GET', `/v1/segments/${page.url().split('/').pop()}`)
  expect(kept).toMatchObject({ kind: 'static', pinned_count: 2 })
  expect(await closed(page)).toEqual([])
})

test('by keyboard: make somebody, edit, write a note and change it', async () => {
  const page = await visit('/find')
  const email = `qxzv${run}@keyboard.example`
  await page.keyboard.type(email)
  await press(page, page.getByRole('button', { name: `Create the contact “${email}”` }))
  await page.waitForURL(/\/contacts\//)
  const id = page.url().split('/').pop()!

  await press(page, page.getByRole('button', { name: /^Edit City/ }))
  await page.keyboard.type('Kisumu')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await api<Contact>('GET', `/v1/contacts/${id}`)).city).toBe('Kisumu')

  await page.getByRole('button', { name: /^Edit City/ }).waitFor()
  await page.keyboard.press('n')
  await page.waitForFunction(() => document.activeElement?.id === 'new-note')
  await page.keyboard.type('Prefers *morning* calls.')
  await page.keyboard.press('Control+Enter')
  await page.getByText('Prefers morning calls.').waitFor()
  await press(page, page.getByRole('button', { name: 'Edit', exact: true }))
  await page.waitForFunction(() => document.activeElement?.id.startsWith('note-'))
  await page.keyboard.press('Control+End')
  await page.keyboard.type(' In Swahili.')
  await page.keyboard.press('Control+Enter')
  await page.getByText('Prefers morning calls. In Swahili.').waitFor()
  await press(page, page.getByRole('button', { name: 'Earlier texts' }))
  await page.getByRole('region', { name: 'Earlier texts' }).getByText('Prefers morning calls.', { exact: true }).waitFor()

  await press(page, page.locator('[data-field=city]').getByTestId('source-badge'))
  await page.locator('[data-field=city]').getByText('demo', { exact: true }).waitFor() // whose key wrote it
  await page.keyboard.press('Escape')
  await toTab(page, 'Timeline')
  await page.getByText('Kisumu').last().waitFor()

  await press(page, page.getByRole('button', { name: /^Change consent for E-mail/ }))
  await tabTo(page, page.getByRole('combobox', { name: 'Status' }))
  await page.keyboard.press('Home')
  await page.keyboard.press('ArrowDown') // the second: unsubscribed
  await press(page, page.getByRole('button', { name: 'Save', exact: true }))
  await expect
    .poll(async () => (await api<{ consent: { channel: string; status: string }[] }>('GET', `/v1/contacts/${id}/consent`)).consent.find((one) => one.channel === 'email')?.status)
    .toBe('unsubscribed')
  expect(await closed(page)).toEqual([])
})

test('by keyboard: block, let a message in, unblock', async () => {
  const source_id = `25471${run}`
  const say = (n: number) => ({ channel: 'whatsapp', sender: { source_id, name: `Zawadi ${run}` }, message: { text: `Message ${n}`, source_id: `wamid.${run}.${n}` } })
  const { contact_id } = await api<{ contact_id: string }>('POST', '/v1/conversations', say(1))
  const page = await visit(`/contacts/${contact_id}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await toTab(page, 'Conversations')
  await press(page, page.getByRole('tabpanel').getByRole('listitem').getByRole('button').first())
  await page.getByText('Message 1').waitFor()
  await press(page, page.locator('[data-field=assignee]').getByRole('button', { name: /^Edit / }))
  await page.keyboard.type('Amina')
  await page.keyboard.press('Enter')
  await press(page, page.locator('[data-field=snoozed_until]').getByRole('button', { name: /^Edit / }))
  await page.keyboard.type('in a day')
  await page.keyboard.press('Enter')
  const first = async () => (await api<{ conversations: object[] }>('GET', `/v1/contacts/${contact_id}/conversations`)).conversations[0]
  await expect.poll(first).toMatchObject({ status: 'snoozed', assignee: 'Amina' })
  await page.locator('[data-field=snoozed_until]').getByRole('button', { name: /^Edit / }).waitFor()

  await page.keyboard.press('b')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('Insults')
  await page.keyboard.press('Enter')
  const band = page.getByRole('region', { name: 'Blocked' })
  await band.waitFor()
  await fetch(`${demo.address}/v1/conversations`, {
    method: 'POST', headers: { Authorization: `Bearer ${demo.key}`, 'Content-Type': 'application/json' }, body: JSON.stringify(say(2)),
  })
  await page.reload()
  await press(page, band.locator('summary'))
  await press(page, band.getByRole('button', { name: /^Let in the message/ }))
  await band.locator('summary').waitFor({ state: 'detached' })
  await press(page, page.getByRole('button', { name: 'Unblock' }))
  await band.waitFor({ state: 'detached' })
  expect((await api<Contact>('GET', `/v1/contacts/${contact_id}`)).blocked ?? false).toBe(false)
  expect(await closed(page)).toEqual([])
})

test('by keyboard: merge two that are the same, and undo it', async () => {
  const phone = `+25471${String(Date.now()).slice(-7)}`
  const [one, two] = await Promise.all(
    [{ name: `Wanjiru ${run}`, phone }, { name: `Wanjiru ${run}`, email: `wanjiru.${run}@keyboard.example` }].map((body) => api<Contact>('POST', '/v1/contacts', body)),
  )
  const page = await visit(`/contacts/${one!.id}`)
  await page.getByRole('link', { name: `Merge with Wanjiru ${run}` }).waitFor()
  await page.keyboard.press('m')
  await page.waitForURL(`**/contacts/${one!.id}/merge?with=${two!.id}`)
  await page.getByText('What moves over, too').waitFor()
  await page.keyboard.press('Control+Enter')
  await page.waitForURL(`**/contacts/${one!.id}`)
  await press(page, page.getByRole('button', { name: /^Undo the merge/ }))
  await expect.poll(async () => (await api<Contact>('GET', `/v1/contacts/${two!.id}`)).id).toBe(two!.id)
  expect(await closed(page)).toEqual([])
})

test('by keyboard: label a company, and make a key', async () => {
  const company = await api<{ id: string }>('POST', '/v1/companies', { name: `Keyboard ${run} Ltd` })
  const page = await visit('/companies')
  await page.waitForFunction(() => document.activeElement?.getAttribute('role') === 'combobox')
  await page.keyboard.type(`Keyboard ${run}`)
  await page.locator('[role=row][id]').first().filter({ hasText: `Keyboard ${run} Ltd` }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/companies/${company.id}`)
  await press(page, page.getByRole('button', { name: /^Edit Labels/ }))
  await page.keyboard.type('partner')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await expect.poll(async () => (await api<{ labels: string[] }>('GET', `/v1/companies/${company.id}`)).labels).toEqual(['partner'])

  await press(page, page.getByRole('link', { name: 'Keys' }))
  await press(page, page.getByRole('button', { name: 'Make a key' }))
  await tabTo(page, page.getByRole('dialog').getByRole('textbox', { name: 'Name' }))
  await page.keyboard.type(`Keyboard ${run}`)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByText(/^kundi_/).waitFor()
  await press(page, dialog.getByRole('button', { name: 'Close' }).last())
  await page.getByRole('rowheader', { name: `Keyboard ${run}`, exact: true }).waitFor()
  expect(await closed(page)).toEqual([])
})
