import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, axe, closed, demo, signInPerson, useBrowser, visit, type Person } from './browser'
import { edit, row, saved } from './fields'

useBrowser()

interface Contact {
  id: string
  name?: string
  email?: string
  attributes: Record<string, unknown>
  absorbed?: { merge_id: string }[]
  version: number
}

let count = 0
const run = Date.now().toString(36)
const address = () => `profile.${run}.${++count}@example.org`
const make = (more: object = {}) => api<Contact>('POST', '/v1/contacts', { name: `Amina ${run}`, email: address(), ...more })
const read = (id: string) => api<Contact>('GET', `/v1/contacts/${id}`)
const change = (id: string, body: object) => api<Contact>('PATCH', `/v1/contacts/${id}`, body)

async function open(path: string, look = {}) {
  const page = await visit(path, { ...look, session: person.session })
  await page.locator('h1').first().waitFor()
  return page
}

// The attributes of the demo have all eight types. What a person writes has the badge of an agent.
let contact: Contact
let person: Person
beforeAll(async () => {
  ;[contact, person] = await Promise.all([make(), signInPerson(`Tester ${run}`)])
})
afterAll(async () => {
  await api('DELETE', `/v1/people/${person.id}`)
})

test('11: all eight types of attributes are edited with the keyboard alone', async () => {
  const page = await open(`/contacts/${contact.id}`)
  // What the page sends counts: the server would read the text "12" as a number, too.
  const sent: Record<string, unknown> = {}
  await page.route(`**/v1/contacts/${contact.id}`, (route) => {
    if (route.request().method() === 'PATCH') Object.assign(sent, (route.request().postDataJSON() as Partial<Contact>).attributes)
    return route.continue()
  })
  const typed: [string, string, unknown][] = [
    ['job_title', 'Head of water', 'Head of water'],
    ['seats', '12', 12],
    ['mrr', '120.5', 120.5],
    ['health', '25', 25],
    ['website', 'https://maji.example/', 'https://maji.example/'],
  ]
  for (const [key, text] of typed) {
    await edit(page, `attributes.${key}`)
    await page.keyboard.type(text)
    await page.keyboard.press('Enter')
  }
  await edit(page, 'attributes.renewal_date')
  await page.keyboard.type('01012027') // the same whether the browser begins with the day or the month
  await page.keyboard.press('Enter')
  await edit(page, 'attributes.tier')
  await page.keyboard.type('pro')
  await page.keyboard.press('Enter')
  await edit(page, 'attributes.interests')
  await page.keyboard.type('pric')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await row(page, 'attributes.newsletter').getByRole('checkbox').focus()
  await page.keyboard.press('Space')
  await edit(page, 'attributes.marketing_consent')
  await page.keyboard.type('Yes')
  await page.keyboard.press('Enter')
  const all = ['job_title', 'seats', 'mrr', 'health', 'website', 'renewal_date', 'tier', 'interests', 'newsletter', 'marketing_consent']
  for (const key of all) await saved(page, `attributes.${key}`)
  const wanted = {
    ...Object.fromEntries(typed.map(([key, , value]) => [key, value])),
    renewal_date: '2027-01-01',
    tier: 'pro',
    interests: ['pricing'],
    newsletter: true,
    marketing_consent: true,
  }
  expect((await read(contact.id)).attributes).toEqual(wanted)
  expect(sent).toEqual(wanted)
  expect(await closed(page)).toEqual([])
})

test('11: Esc restores a value, offers what was typed once more, and focus goes back', async () => {
  const page = await open(`/contacts/${contact.id}`)
  await edit(page, 'city')
  await page.keyboard.type('Kisumu')
  await page.keyboard.press('Escape')
  await row(page, 'city').getByRole('button', { name: /^Edit City/ }).waitFor()
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Edit City/)
  expect(new URL(page.url()).pathname).toBe(`/contacts/${contact.id}`)
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Use what you typed before: Kisumu' }).click()
  expect(await row(page, 'city').getByRole('textbox').inputValue()).toBe('Kisumu')
  await closed(page)
})

test('a source badge says when and by whom, and Esc closes it alone', async () => {
  const page = await open(`/contacts/${contact.id}`)
  const badge = row(page, 'name').getByTestId('source-badge')
  await badge.focus()
  await page.keyboard.press('Enter')
  await page.getByText('Written by a program').waitFor()
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByText('Written by a program').waitFor({ state: 'detached' })
  expect(await badge.evaluate((e) => e === document.activeElement)).toBe(true)
  expect(new URL(page.url()).pathname).toBe(`/contacts/${contact.id}`)
  expect(await closed(page)).toEqual([])
})

test('12: a field that somebody else changed asks; another field does not', async () => {
  const { id } = await make({ city: 'Nairobi', country: 'KE' })
  const page = await open(`/contacts/${id}`)
  await edit(page, 'city')
  await page.keyboard.type('Mombasa')
  await change(id, { city: 'Kisumu' })
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Changed elsewhere' })
  await dialog.waitFor()
  const said = await dialog.innerText()
  for (const value of ['Nairobi', 'Kisumu', 'Mombasa']) expect(said).toContain(value)
  expect(await axe(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Save yours' }).click()
  await dialog.waitFor({ state: 'detached' })
  await row(page, 'city').getByText('Mombasa').waitFor()
  await expect.poll(async () => (await read(id)) as unknown as { city: string }).toMatchObject({ city: 'Mombasa' })

  await edit(page, 'name')
  await page.keyboard.type('Amina the second')
  await change(id, { city: 'Eldoret' })
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await read(id)).name).toBe('Amina the second')
  expect(await dialog.count()).toBe(0)
  await row(page, 'city').getByText('Eldoret').waitFor()
  expect(await closed(page)).toEqual([])
})

test('13: an e-mail that somebody else has leads to them, and what was typed stays', async () => {
  const [mine, holder] = [await make(), await make({ name: 'The holder' })]
  const page = await open(`/contacts/${mine.id}`)
  await edit(page, 'emails')
  await page.keyboard.press('Control+A')
  await page.keyboard.type(holder.email!)
  await page.keyboard.press('Enter')
  const alert = row(page, 'emails').getByRole('alert')
  await alert.getByText('The holder').waitFor()
  expect(await alert.getByRole('link', { name: 'Open' }).getAttribute('href')).toBe(`/contacts/${holder.id}`)
  expect(await alert.getByRole('link', { name: 'Merge the two' }).getAttribute('href')).toContain(holder.id)
  expect(await row(page, 'emails').getByRole('textbox').first().inputValue()).toBe(holder.email)
  await page.reload()
  expect(await row(page, 'emails').getByRole('textbox').first().inputValue()).toBe(holder.email)
  expect((await read(mine.id)).email).toBe(mine.email)
  expect(await axe(page)).toEqual([])
  await closed(page)
})

test('14: the preview of a merge is what becomes of it; Undo brings both back', async () => {
  const stays = await make({ city: 'Nairobi', country: 'KE', labels: ['vip'], attributes: { tier: 'pro' } })
  const gone = await make({ name: `Amina B ${run}`, phone: `+2547${String(Date.now()).slice(-8)}`, labels: ['new'], attributes: { tier: 'free', seats: 3 } })
  const page = await open(`/contacts/${stays.id}/merge?with=${gone.id}`)
  await page.getByRole('radio', { name: /^Take “free”/ }).check()
  const shown = async (field: string) => (await page.locator(`tr[data-field="${field}"] td`).last().innerText()).split('\n')[0]
  await expect.poll(() => shown('attributes.tier')).toBe('free')
  const preview = { labels: await shown('labels'), seats: await shown('attributes.seats'), emails: await shown('emails') }
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Control+Enter')
  await page.waitForURL(new RegExp(`/contacts/${stays.id}$`))
  const merged = (await read(stays.id)) as Contact & { labels: string[]; emails: { value: string }[] }
  expect(merged.attributes).toMatchObject({ tier: 'free', seats: 3 })
  expect(preview).toEqual({ labels: merged.labels.join(', '), seats: '3', emails: merged.emails.map((one) => one.value).join(', ') })
  expect((await read(gone.id)).id).toBe(stays.id)
  const undo = page.getByRole('button', { name: 'Undo', exact: true })
  expect(await undo.locator('.mantine-Button-label').evaluate((text) => text.scrollWidth - text.clientWidth)).toBe(0)
  await undo.click()
  await page.getByText('The merge was undone').waitFor()
  await page.getByRole('listitem').filter({ hasText: 'Merged with another person' }).getByRole('link', { name: gone.name }).waitFor()
  expect(await read(gone.id)).toMatchObject({ id: gone.id, name: gone.name, attributes: { tier: 'free' } })
  expect((await read(stays.id)).attributes).toMatchObject({ tier: 'pro' })
  expect(await closed(page)).toEqual([])
})

test('14: s swaps, and a later merge is named as the one to undo first', async () => {
  const [stays, first, second] = [await make(), await make({ name: `First ${run}` }), await make({ name: `Second ${run}` })]
  const page = await open(`/contacts/${first.id}/merge?with=${stays.id}`)
  await page.keyboard.press('s')
  await page.waitForURL(new RegExp(`/contacts/${stays.id}/merge`))
  await page.getByRole('button', { name: 'Merge', exact: true }).click()
  await page.waitForURL(new RegExp(`/contacts/${stays.id}$`))
  await api('POST', `/v1/contacts/${stays.id}/merge`, { contact_id: second.id })
  await page.reload()
  await page.getByRole('button', { name: `Undo the merge with First ${run}` }).click()
  await page.getByRole('button', { name: `Undo the merge with “Second ${run}” first` }).click()
  await expect.poll(async () => (await read(second.id)).id).toBe(second.id)
  expect(await closed(page)).toEqual([])
})

test('an id that was absorbed opens the survivor, and says so', async () => {
  const [stays, gone] = [await make(), await make()]
  await api('POST', `/v1/contacts/${stays.id}/merge`, { contact_id: gone.id })
  const page = await open(`/contacts/${gone.id}`)
  await page.waitForURL(new RegExp(`/contacts/${stays.id}`))
  await page.getByText('was merged into another one').waitFor()
  await closed(page)
})

test('an edit whose answer is lost is written once, and one without a connection waits', async () => {
  const { id } = await make()
  const page = await open(`/contacts/${id}`)
  let lost = 0
  await page.route(`**/v1/contacts/${id}`, async (route) => {
    if (route.request().method() !== 'PATCH' || lost++ > 0) return route.continue()
    await route.fetch() // it arrives, and the answer does not
    return route.abort('connectionreset')
  })
  await edit(page, 'city')
  await page.keyboard.type('Kisumu')
  await page.keyboard.press('Enter')
  await saved(page, 'city')
  expect(lost, 'how often it was sent').toBe(2)
  const { entries } = await api<{ entries: { op: string }[] }>('GET', `/v1/contacts/${id}/history`)
  expect(entries.filter(({ op }) => op === 'update')).toHaveLength(1)

  await page.context().setOffline(true)
  await edit(page, 'city')
  await page.keyboard.type('Nakuru')
  await page.keyboard.press('Enter')
  await row(page, 'city').getByText('Not saved yet').waitFor()
  await page.context().setOffline(false)
  await expect.poll(async () => (await read(id)) as unknown as { city: string }, { timeout: 15_000 }).toMatchObject({ city: 'Nakuru' })
  await closed(page)
})

test('what is typed outlives a reload, and a refetch leaves a field alone that is being edited', async () => {
  const { id } = await make({ city: 'Nairobi' })
  const page = await open(`/contacts/${id}`)
  await edit(page, 'city')
  await page.keyboard.type('Half a na')
  await change(id, { city: 'Kisumu', name: 'Renamed' })
  await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
  expect(await row(page, 'city').getByRole('textbox').inputValue()).toBe('Half a na')
  await page.reload()
  expect(await row(page, 'city').getByRole('textbox').inputValue()).toBe('Half a na')
  await closed(page)
})

test('what the server refuses is said at the field', async () => {
  const { id } = await make()
  const page = await open(`/contacts/${id}`)
  await edit(page, 'attributes.seats')
  await page.keyboard.type('many')
  await page.keyboard.press('Enter')
  await row(page, 'attributes.seats').getByRole('alert').getByText('must be a number').waitFor()
  const input = row(page, 'attributes.seats').getByRole('textbox')
  expect(await input.inputValue()).toBe('many')
  expect(await input.getAttribute('aria-invalid')).toBe('true')
  await expect.poll(() => input.evaluate((e) => e === document.activeElement)).toBe(true)
  await page.keyboard.press('Escape') // cancels the field, and stays on the page
  await input.waitFor({ state: 'detached' })
  expect(new URL(page.url()).pathname).toBe(`/contacts/${id}`)
  await closed(page)
})

test('[ and ] lead through the list where the person came from, and Esc back to it', async () => {
  const page = await visit('/find?q=heike')
  const names = page.locator('#people [role=row][id] a')
  await names.nth(2).waitFor()
  const list = (await names.allInnerTexts()).slice(0, 3)
  await names.nth(1).click()
  await page.getByRole('heading', { level: 1, name: list[1]! }).waitFor()
  const first = page.url()
  await page.keyboard.press(']')
  await page.waitForURL((url) => url.href !== first)
  await page.getByRole('heading', { level: 1, name: list[2]! }).waitFor()
  await page.keyboard.press('[')
  await page.waitForURL(first)
  await page.getByRole('tab', { name: 'Notes' }).click()
  await page.waitForURL(/tab=notes/)
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/find\?q=heike/)
  expect(await closed(page)).toEqual([])
})

test('m finds whom to merge with when nobody looks alike', async () => {
  const [mine, other] = [await make({ name: `Zubeda ${run}` }), await make({ name: `Quentin ${run}x` })]
  const page = await open(`/contacts/${mine.id}`)
  await page.getByText('Nobody looks like the same person').waitFor()
  await page.locator('h1').focus()
  await page.keyboard.press('m')
  await page.getByRole('dialog').getByRole('searchbox').fill(other.email!)
  await page.getByRole('dialog').getByRole('link', { name: /^Quentin/ }).click()
  await page.waitForURL(new RegExp(`/merge\\?with=${other.id}`))
  expect(await closed(page)).toEqual([])
})

test('n writes a note, b blocks, and Unblock takes that back', async () => {
  const { id } = await make()
  const page = await open(`/contacts/${id}`)
  await page.keyboard.press('n')
  await page.waitForURL(/tab=notes/)
  await page.keyboard.type('Prefers *morning* calls')
  await page.keyboard.press('Control+Enter')
  await page.locator('em', { hasText: 'morning' }).waitFor()
  await page.keyboard.press('Escape')
  await page.locator('h1').click()
  await page.keyboard.press('b')
  await page.getByRole('dialog').getByLabel('Reason').fill('sends spam')
  await page.keyboard.press('Enter')
  await page.getByRole('region', { name: 'Blocked' }).getByText('sends spam').waitFor()
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: 'Unblock' }).click()
  await page.getByRole('region', { name: 'Blocked' }).waitFor({ state: 'detached' })
  expect(await closed(page)).toEqual([])
})

test('names with HTML, from right to left, and of 200 letters do no harm', async () => {
  const names = ['<img src=x onerror=alert(1)>', 'أمينة يوسف', 'A'.repeat(200)]
  for (const name of names) {
    const { id } = await make({ name })
    const page = await open(`/contacts/${id}`, { width: 360, height: 800 })
    expect(await page.locator('h1').innerText()).toBe(name)
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    expect(await closed(page)).toEqual([])
  }
})

test('a conversation is changed in place, and put to sleep', async () => {
  const mine = await make()
  const { conversation } = await api<{ conversation: { id: string } }>('POST', '/v1/conversations', {
    channel: 'email', sender: { email: mine.email }, message: { text: 'Where is my order?' },
  })
  const asked = () => api<{ status: string; assignee?: string; snoozed_until?: string }>('GET', `/v1/conversations/${conversation.id}`)
  const page = await open(`/contacts/${mine.id}?tab=conversations&conversation=${conversation.id}`)
  await page.getByText('Where is my order?').waitFor()
  await edit(page, 'assignee')
  await page.keyboard.type('Wanjiru')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await asked()).assignee).toBe('Wanjiru')
  await edit(page, 'snoozed_until')
  await page.keyboard.type('in a day')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await asked()).status).toBe('snoozed')
  await page.getByText('Asleep', { exact: true }).first().waitFor()
  await edit(page, 'status')
  await page.keyboard.type('Done')
  await page.keyboard.press('Enter')
  await expect.poll(asked).toMatchObject({ status: 'resolved', assignee: 'Wanjiru' })
  await row(page, 'snoozed_until').waitFor({ state: 'detached' })
  await page.locator('h1').click()
  await page.keyboard.press('Escape')
  await page.waitForURL((url) => url.pathname === `/contacts/${mine.id}` && url.search === '?tab=conversations')
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toContain('Done') // the row that was left
  const other = await make()
  await page.goto(`${demo.address}/contacts/${other.id}?tab=conversations&conversation=${conversation.id}`)
  await page.waitForURL((url) => url.pathname === `/contacts/${other.id}` && url.search === '?tab=conversations')
  expect(await closed(page)).toEqual([])
})

test('earlier texts of a note, suppressed addresses, and deleting: with the name typed, everything is gone', async () => {
  const name = `Gone ${run}`
  const mine = await make({ name })
  const note = await api<{ id: string }>('POST', `/v1/contacts/${mine.id}/notes`, { text: 'The first text' })
  await api('PATCH', `/v1/notes/${note.id}`, { text: 'The second text' })
  await api('POST', '/v1/suppressions/batch', { suppressions: [{ channel: 'email', value: mine.email, reason: 'bounce' }] })
  const page = await open(`/contacts/${mine.id}?tab=notes`)
  await page.getByRole('button', { name: 'Earlier texts' }).click()
  await page.getByRole('region', { name: 'Earlier texts' }).getByText('The first text').waitFor()
  await page.getByText(`Nothing is sent to ${mine.email}: it bounced`).waitFor()
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: `Send to ${mine.email} again` }).click()
  await page.getByText(`Nothing is sent to ${mine.email}: it bounced`).waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'More', exact: true }).click()
  const [file] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Download all that is stored' }).click()])
  expect(JSON.parse(readFileSync(await file.path(), 'utf8'))).toMatchObject({ contact: { id: mine.id }, notes: [{}] })
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Copy as curl' }).click()
  expect(await page.getByRole('dialog').getByRole('textbox').inputValue()).toContain(`/v1/contacts/${mine.id}`)
  await page.keyboard.press('Escape')
  await page.getByRole('dialog').waitFor({ state: 'detached' })
  await page.getByRole('button', { name: 'More', exact: true }).click()
  await page.getByRole('menuitem', { name: 'Delete…' }).click()
  const yes = page.getByRole('dialog').getByRole('button', { name: 'Delete the person' })
  expect(await yes.isDisabled()).toBe(true)
  await page.keyboard.type(name)
  await yes.click()
  await page.waitForURL(/\/find/)
  await page.getByText(`${name} was deleted.`).waitFor()
  expect((await fetch(`${demo.address}/v1/contacts/${mine.id}`, { headers: { Authorization: `Bearer ${demo.key}` } })).status).toBe(404)
  expect(await closed(page)).toEqual([])
})
