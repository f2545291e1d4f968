import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, axe, closed, demo, useBrowser, visit } from './browser'

useBrowser()

const run = Date.now().toString(36)
const places = (page: Page) => page.getByRole('navigation', { name: 'Main' }).getByRole('link')
const password = `a long password ${run}`

test('a key is made in three keys, shown once, and revoked by its name', async () => {
  const name = `Importer ${run}`
  const page = await visit('/keys')
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  await page.getByRole('button', { name: 'Make a key' }).focus()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT')
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await dialog.getByText('Copy the key now').waitFor()
  await page.keyboard.press('Enter') // the button that copies has the focus
  await dialog.getByRole('button', { name: 'Copied' }).waitFor()
  const key = await page.evaluate(() => navigator.clipboard.readText())
  const asks = () => fetch(`${demo.address}/v1/contacts?limit=1`, { headers: { Authorization: `Bearer ${key}` } })
  expect((await asks()).status).toBe(200)
  expect(await axe(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  const row = page.getByRole('row', { name: new RegExp(name) })
  expect(await row.innerText()).toContain('For support')
  expect(await page.getByText(key).count()).toBe(0)
  await row.getByRole('button', { name: `Revoke ${name}` }).click()
  const revoke = dialog.getByRole('button', { name: 'Revoke' })
  await page.keyboard.type(name.slice(0, -1))
  expect(await revoke.isDisabled()).toBe(true)
  await page.keyboard.type(name.slice(-1))
  await page.keyboard.press('Enter')
  await row.waitFor({ state: 'detached' })
  expect((await asks()).status).toBe(401)
  expect(await closed(page)).toEqual([])
})

test('somebody who is invited signs in by a link, sets a password, and signs out everywhere', async () => {
  const [name, email] = [`Amina ${run}`, `amina.${run}@example.org`]
  const page = await visit('/people')
  await page.getByRole('button', { name: 'Invite somebody' }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Name').fill(name)
  await dialog.getByLabel('E-mail').fill('not an e-mail')
  await page.keyboard.press('Enter')
  await expect.poll(() => dialog.getByLabel('E-mail').getAttribute('aria-invalid')).toBe('true')
  await dialog.getByLabel('E-mail').fill(email)
  await page.keyboard.press('Enter')
  const link = await dialog.getByText(/sign-in#token=/).innerText()
  expect(await axe(page)).toEqual([])
  await dialog.getByRole('button', { name: 'Close' }).last().click()
  const row = page.getByRole('row', { name: new RegExp(email) })
  await row.getByText('Invited until').waitFor()

  const guest = await visit(link.slice(demo.address.length), { stranger: true })
  await guest.waitForURL(/\/find/)
  await places(guest).first().waitFor()
  await guest.getByText('You have no password yet').waitFor()
  const names = await places(guest).allInnerTexts()
  expect(names).toContain('Settings')
  expect(names).not.toContain('Keys')
  expect(names).not.toContain('People')
  await guest.goto('/keys')
  await guest.getByText('Only an administrator').waitFor()
  await guest.goto('/find')
  await guest.getByRole('button', { name: /^Your account/ }).click()
  await guest.getByText(`${name} · Agent`).waitFor()
  await guest.getByRole('menuitem', { name: 'Set a password' }).click()
  await guest.getByText('An administrator can change these').waitFor()
  await expect.poll(() => guest.evaluate(() => document.activeElement?.getAttribute('autocomplete'))).toBe('new-password')
  await guest.getByLabel('New password').fill('too short')
  await guest.keyboard.press('Enter')
  await guest.getByText('must have 12 to 200 characters').waitFor()
  await guest.getByLabel('New password').fill(password)
  await guest.keyboard.press('Enter')
  await guest.getByRole('heading', { name: 'Change your password' }).waitFor()
  expect(await axe(guest)).toEqual([])

  const other = await visit('/attributes', { stranger: true })
  await other.getByRole('button', { name: 'With a password' }).click()
  await other.getByLabel('E-mail').fill(email)
  await other.locator('input[name=password]').fill(`${password}!`)
  await other.keyboard.press('Enter')
  await other.getByRole('alert').waitFor()
  await other.locator('input[name=password]').fill(password)
  await other.keyboard.press('Enter')
  await other.waitForURL(/\/attributes/) // where they wanted to go
  await other.getByRole('heading', { level: 1, name: 'Attributes' }).waitFor()
  expect(await other.getByRole('button', { name: 'Define an attribute' }).count()).toBe(0)

  await other.getByRole('button', { name: /^Your account/ }).click()
  await other.getByRole('menuitem', { name: 'Sign out everywhere' }).click()
  await other.waitForURL(/\/sign-in/)
  await guest.goto('/find')
  await guest.waitForURL(/\/sign-in/)
  expect(await closed(other)).toEqual([])
  expect(await closed(guest)).toEqual([])

  await page.reload()
  await row.getByRole('combobox').selectOption('marketer')
  await expect.poll(async () => (await person(email))?.scope).toBe('marketer')
  // The server has the scope before the page has its answer, and until then the switch takes no key.
  await expect.poll(() => row.getByRole('switch').isEnabled()).toBe(true)
  await row.getByRole('switch').press('Space')
  await expect.poll(async () => (await person(email))?.disabled).toBe(true)
  await row.getByRole('button', { name: `Delete ${name}` }).click()
  await page.getByRole('dialog').getByLabel('Type the name').fill(name)
  await page.keyboard.press('Enter')
  await row.waitFor({ state: 'detached' })
  expect(await person(email)).toBeUndefined()
  expect(await closed(page)).toEqual([])
})

interface Person {
  email: string
  scope: string
  disabled?: boolean
}
const person = async (email: string) =>
  (await api<{ people: Person[] }>('GET', '/v1/people?limit=100')).people.find((one) => one.email === email)

test('a link that is pasted over the page for signing in is followed', async () => {
  const page = await visit('/sign-in', { stranger: true })
  await page.getByRole('button', { name: 'Sign in' }).waitFor()
  const email = `pasted.${run}@example.org`
  const { id } = await api<{ id: string }>('POST', '/v1/people', { name: 'Pasted', email, scope: 'agent' })
  const { link } = await api<{ link: string }>('POST', `/v1/people/${id}/invitation`)
  const pasted = (url: string) => page.evaluate((to) => window.location.assign(to), `/sign-in${new URL(url, demo.address).hash}`)
  await pasted('/sign-in#token=kundi_link_nobody')
  await page.getByRole('alert').waitFor()
  await pasted(link)
  await page.waitForURL(/\/find/)
  expect(await closed(page)).toEqual([])
  await api('DELETE', `/v1/people/${id}`)
})

test('a link that was used, and a key that is wrong, say why', async () => {
  const page = await visit('/sign-in#token=kundi_link_nobody', { stranger: true })
  await page.getByRole('alert').waitFor()
  await page.locator('input[name=key]').fill('kundi_wrong')
  await page.keyboard.press('Enter')
  await page.getByRole('alert').filter({ hasText: 'key' }).waitFor()
  expect(await page.locator('input[name=key]').inputValue()).toBe('kundi_wrong')
  expect(await axe(page)).toEqual([])
  expect(await closed(page)).toEqual([])
})
