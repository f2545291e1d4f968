import type { BrowserContext, Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, closed, demo, settled, useBrowser, visit } from './browser'

useBrowser()

interface Contact {
  id: string
  name?: string
  city?: string
}

let count = 0
const run = crypto.randomUUID().slice(0, 8)
const make = (more: object = {}) =>
  api<Contact>('POST', '/v1/contacts', { name: `Baraka ${run}`, email: `bad.${run}.${++count}@example.org`, ...more })
const read = (id: string) => api<Contact>('GET', `/v1/contacts/${id}`)

const rows = '#people [role=row][id]'
const row = (page: Page, field: string) => page.locator(`[data-field="${field}"]`)

/** type writes into a field, and saves it unless it is to stay open. */
async function type(page: Page, field: string, text: string, save = true) {
  const value = row(page, field).getByRole('button', { name: /^Edit / })
  await value.focus()
  await page.keyboard.press('Enter')
  await value.waitFor({ state: 'detached' })
  await page.keyboard.press('Control+A')
  await page.keyboard.type(text)
  if (save) await page.keyboard.press('Enter')
}

/** cut lets nothing through any more, as when the server is down; what it returns lets it through again. */
async function cut(context: BrowserContext) {
  await context.route('**/*', (route) => route.abort('connectionrefused'))
  return () => context.unroute('**/*')
}

test('server down: the page says so and stays, and what was typed is sent when it is back', async () => {
  const { id } = await make()
  const page = await visit(`/contacts/${id}`)
  await page.locator('h1').waitFor()
  const mend = await cut(page.context())
  await type(page, 'city', 'Kisumu')
  await row(page, 'city').getByText('Not saved yet').waitFor()
  const banner = page.getByRole('status').filter({ hasText: 'There is no connection to the server' })
  await banner.waitFor()
  // A page that was never fetched waits, instead of leaving for an error of the browser.
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Attributes' }).click()
  await banner.waitFor()
  await mend()
  await page.getByRole('heading', { level: 1, name: 'Attributes' }).waitFor()
  await banner.waitFor({ state: 'detached' })
  await expect.poll(async () => (await read(id)).city).toBe('Kisumu')
  expect(await closed(page)).toEqual([])
})

test('slow: letters are taken at once, and old rows are marked until the answer is there', async () => {
  const page = await visit('/find')
  await page.locator(rows).first().waitFor()
  await page.route('**/v1/contacts/search', async (route) => {
    await new Promise((go) => setTimeout(go, 3_000))
    await route.continue().catch(() => undefined) // it was given up meanwhile
  })
  await page.keyboard.type('smith')
  expect(await page.locator('role=combobox[name="Search people"]').inputValue()).toBe('smith')
  await page.locator('#people[aria-busy=true]').waitFor()
  await page.locator(`${rows} mark`).first().waitFor()
  await page.locator('#people[aria-busy=false]').waitFor()
  expect(await closed(page)).toEqual([])
})

test('slow: Enter before the answer opens the first person of the answer, not of the words before', async () => {
  const { id } = await make({ name: `Hasty ${run}` })
  const page = await visit('/find')
  await page.locator(rows).first().waitFor()
  await page.route('**/v1/contacts/search', async (route) => {
    await new Promise((go) => setTimeout(go, 1_000))
    await route.continue().catch(() => undefined) // it was given up meanwhile
  })
  await page.keyboard.type(`hasty ${run}`)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: `Hasty ${run}` }).waitFor()
  expect(new URL(page.url()).pathname).toBe(`/contacts/${id}`)
  expect(await closed(page)).toEqual([])
})

test('an answer that breaks off, and a page of the network: what is made is made once, and nothing is lost', async () => {
  const page = await visit('/companies')
  await page.getByRole('button', { name: 'New company' }).click()
  const name = `Broken ${run}`
  await page.getByRole('dialog').getByLabel('Name').fill(name)
  let asked = 0
  await page.route('**/v1/companies', async (route) => {
    if (asked++ > 0) return route.fallback()
    await route.fetch()
    await route.fulfill({ status: 200, contentType: 'text/html', body: '<html>Sign in to this network</html>' })
  })
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name }).waitFor({ timeout: 20_000 })
  const { companies } = await api<{ companies: { name: string }[] }>('POST', '/v1/companies/search', { query: name })
  expect(companies.filter((one) => one.name === name)).toHaveLength(1)
  expect(await closed(page)).toEqual([])
})

test('a button that is pressed by key has the focus again when its work is done, and a form when it has nothing more to do', async () => {
  const { id } = await api<{ id: string }>('POST', '/v1/segments', { name: `Keys ${run}`, filter: { combinator: 'and', rules: [{ field: 'country', operator: 'eq', value: 'KE' }] } })
  const page = await visit(`/segments/${id}?tab=details`)
  const focused = () => page.evaluate(() => document.activeElement?.textContent || document.activeElement?.tagName)
  await page.getByRole('button', { name: 'Take a snapshot' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Snapshot 1 is taken').waitFor()
  await expect.poll(focused).toBe('Take a snapshot')
  await page.getByLabel('Owner').fill(`Amina ${run}`)
  await page.getByRole('button', { name: 'Save' }).focus()
  await page.keyboard.press('Enter')
  await page.getByText('Saved.').waitFor()
  await expect.poll(() => page.getByLabel('Owner').evaluate((box) => box === document.activeElement)).toBe(true)
  expect(await closed(page)).toEqual([])
})

test('401 in the middle of an edit: who signs in again goes on, and the edit is sent', async () => {
  const { id } = await make()
  const page = await visit(`/contacts/${id}`, { alone: true })
  await settled(page) // else what the page still asks for finds out first
  await page.context().request.delete('/v1/session', { headers: { Origin: demo.address } })
  await type(page, 'city', 'Voi')
  const dialog = page.getByRole('dialog', { name: 'You were signed out' })
  await dialog.getByLabel('Key').fill(demo.key)
  expect((await read(id)).city).toBeUndefined()
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  await expect.poll(async () => (await read(id)).city).toBe('Voi')
  await row(page, 'city').getByText('Voi').waitFor()
  expect(await closed(page)).toEqual([])
})

test('two tabs: other fields go together, the same field asks', async () => {
  const { id } = await make({ city: 'Nairobi' })
  const one = await visit(`/contacts/${id}`)
  const two = await one.context().newPage()
  await two.goto(`/contacts/${id}`)
  for (const page of [one, two]) await page.locator('h1').waitFor()
  await type(one, 'city', 'Kitale', false)
  await type(two, 'name', `Renamed ${run}`)
  await expect.poll(async () => (await read(id)).name).toBe(`Renamed ${run}`)
  await type(two, 'city', 'Thika')
  await expect.poll(async () => (await read(id)).city).toBe('Thika')
  await row(one, 'city').getByRole('textbox').press('Enter')
  const dialog = one.getByRole('dialog', { name: 'Changed elsewhere' })
  for (const value of ['Nairobi', 'Thika', 'Kitale']) await dialog.getByText(value, { exact: true }).waitFor()
  await dialog.getByRole('button', { name: 'Keep theirs' }).click()
  await row(one, 'city').getByText('Thika').waitFor()
  await one.getByRole('heading', { level: 1, name: `Renamed ${run}` }).waitFor()
  expect(await closed(one)).toEqual([])
})

test('a browser that stores nothing: people are found, edited, and the rail opens', async () => {
  const { id } = await make()
  const page = await visit('/find', { forgetful: true })
  await page.keyboard.type('smith')
  await page.locator(`${rows} mark`).first().waitFor()
  await page.getByRole('button', { name: 'Menu', exact: true }).click()
  await page.getByRole('navigation', { name: 'Main' }).and(page.locator('[data-open=true]')).waitFor()
  await page.goto(`/contacts/${id}`)
  await page.locator('h1').waitFor()
  await type(page, 'city', 'Lamu')
  await expect.poll(async () => (await read(id)).city).toBe('Lamu')
  expect(await closed(page)).toEqual([])
})

test('names with HTML, from right to left, and of 200 letters stand in rows as they are', async () => {
  const names = [`<b>x</b> ${run}`, `أمينة ${run}`, `${'A'.repeat(190)} ${run}`]
  for (const name of names) await make({ name })
  const page = await visit(`/find?q=${run}`, { width: 360, height: 800 })
  for (const name of names) await page.locator(`${rows} a`).filter({ hasText: name }).first().waitFor()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
  expect(await closed(page)).toEqual([])
})

test('an address with rubbish shows what makes sense of it', async () => {
  const page = await visit(`/find?q=true&sort=${encodeURIComponent('name;')}&picks=${encodeURIComponent('{"country":{"is":"KE"}}')}`)
  await page.locator(`${rows} mark`).first().waitFor()
  expect(new URL(page.url()).search).toBe('?q=true')
  expect(await closed(page)).toEqual([])
})
