import { expect, test } from 'vitest'
import { api, closed, demo, useBrowser, visit } from './browser'
import { choose, press, tabTo, toTab } from './keys'

// The tasks of the tour in the README, without a click.
useBrowser()

interface Contact {
  id: string
  name?: string
  city?: string
  blocked?: boolean
}

const run = Date.now().toString(36)
const rows = '#people [role=row][id]'
const live = '[data-testid=live-count]'

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

test('by keyboard: make somebody, edit, write a note and change it', async () => {
  const page = await visit('/find')
  const email = `qxzv${run}@keyboard.example`
  await page.keyboard.type(email)
  await press(page, page.getByRole('button', { name: `Create “${email}”` }))
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
  const page = await visit(`/contacts/${one!.id}/merge?with=${two!.id}`)
  await page.getByRole('heading', { level: 1 }).waitFor()
  await page.getByText('What comes along').waitFor()
  await expect.poll(async () => {
    await page.keyboard.press('Control+Enter')
    return new URL(page.url()).pathname
  }).toBe(`/contacts/${one!.id}`)
  await press(page, page.getByRole('button', { name: /^Undo the merge/ }))
  await expect.poll(async () => (await api<Contact>('GET', `/v1/contacts/${two!.id}`)).id).toBe(two!.id)
  expect(await closed(page)).toEqual([])
})

test('by keyboard: build a segment, take a snapshot, watch it, make an audience', async () => {
  const page = await visit('/settings')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.keyboard.press('g')
  await page.keyboard.press('s')
  await page.waitForURL(/\/segments$/)
  await press(page, page.getByRole('button', { name: 'New segment' }))
  await page.waitForSelector(live)
  await tabTo(page, page.getByRole('textbox', { name: 'Name' }))
  await page.keyboard.type(`Keyboard ${run}`)
  await press(page, page.getByRole('button', { name: 'Add rule' }))
  await page.getByRole('combobox', { name: 'Find a field' }).waitFor()
  await page.keyboard.type('country')
  await page.locator('[role=option]:visible').first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Find a field' }).waitFor({ state: 'hidden' })
  await page.keyboard.type('Kenya')
  await page.getByRole('option', { name: /Kenya/ }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+s')
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const id = page.url().split('/').pop()!

  await press(page, page.getByRole('button', { name: 'Take a snapshot' }))
  await page.getByText(/^Snapshot 1 is taken/).waitFor()
  await toTab(page, 'Audiences')
  await tabTo(page, page.getByRole('textbox', { name: 'Campaign' }))
  await page.keyboard.type(`spring ${run}`)
  await page.keyboard.press('Enter')
  const made = page.getByRole('region', { name: `spring ${run}` })
  await made.waitFor()
  await press(page, made.getByRole('button', { name: /^Copy as curl/ }))
  await page.getByRole('dialog').waitFor()
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await toTab(page, 'Events')
  await press(page, page.getByRole('switch', { name: 'Watch this segment' }), 'Space')
  await expect.poll(async () => (await api<{ watched?: boolean }>('GET', `/v1/segments/${id}`)).watched).toBe(true)
  expect(await closed(page)).toEqual([])
})

test('by keyboard: write a filter as text, mend it and use it', async () => {
  const page = await visit('/segments/new')
  await page.waitForSelector(live)
  await press(page, page.getByRole('button', { name: 'Copy or edit as text' }))
  await choose(page, page.getByRole('menuitem', { name: 'Edit as text' }))
  const box = page.getByRole('textbox', { name: 'Filter as text (CEL)' })
  await tabTo(page, box)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('country = "KE"')
  await press(page, page.getByRole('button', { name: 'Use this text' }))
  await page.getByText('write == for equal').waitFor()
  await tabTo(page, box)
  await page.keyboard.press('Control+a')
  await page.keyboard.type('country == "KE"')
  await press(page, page.getByRole('button', { name: 'Use this text' }))
  await page.getByTestId('rule-0').waitFor()
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
