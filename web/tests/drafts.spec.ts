import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, axe, closed, demo, useBrowser, visit } from './browser'
import { edit, row } from './fields'

useBrowser()

const run = crypto.randomUUID().slice(0, 8)
const restored = (page: Page) => page.getByText('What you typed earlier is here again.')

/** swallow lets one write reach the server, and its answer get lost. */
async function swallow(page: Page, path: string) {
  let lost = 0
  await page.route(`**${path}`, async (route) => {
    if (route.request().method() !== 'POST' || lost++ > 0) return route.fallback()
    await route.fetch()
    await route.abort('connectionreset')
  })
}

/** signOut ends the session behind the page's back; what it returns signs in again. */
async function signOut(page: Page) {
  await page.context().request.delete('/v1/session', { headers: { Origin: demo.address } })
  return async () => {
    const dialog = page.getByRole('dialog', { name: 'You were signed out' })
    await dialog.getByLabel('Key').fill(demo.key)
    await page.keyboard.press('Enter')
    await dialog.waitFor({ state: 'detached' })
  }
}

test('a drawer has what was typed after a reload, Esc and Back, until it is discarded', async () => {
  const page = await visit('/attributes?entity=company&edit=%2B')
  const drawer = page.getByRole('dialog', { name: 'Define an attribute' })
  const label = drawer.getByLabel('Label')
  const define = page.getByRole('button', { name: 'Define an attribute' })
  await label.fill(`Tier ${run}`)
  await page.reload()
  await restored(page).waitFor()
  expect(await label.inputValue()).toBe(`Tier ${run}`)
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Escape')
  await drawer.waitFor({ state: 'detached' })
  await define.click()
  await restored(page).waitFor()
  await label.fill(`Rank ${run}`)
  await page.goBack()
  await drawer.waitFor({ state: 'detached' })
  await define.click()
  await restored(page).waitFor()
  expect(await label.inputValue()).toBe(`Rank ${run}`)
  await page.getByRole('button', { name: 'Discard' }).click()
  expect(await label.inputValue()).toBe('')
  expect(await label.evaluate((box) => box === document.activeElement)).toBe(true)
  await page.reload()
  await label.waitFor()
  expect(await restored(page).count()).toBe(0)
  expect(await closed(page)).toEqual([])
})

test('what is typed over an attribute that somebody else changes says so, and leaves their other changes', async () => {
  const key = `tier_${run}`
  await api('POST', '/v1/attributes?entity=company', { key, label: `Tier ${run}`, type: 'text' })
  const page = await visit(`/attributes?entity=company&edit=${key}`)
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Label').fill(`Mine ${run}`)
  await api('PATCH', `/v1/attributes/${key}?entity=company`, { label: `Theirs ${run}`, group: 'Sales' })
  await drawer.getByRole('button', { name: 'Save' }).click()
  await drawer.getByText(`Somebody else has changed this from “Tier ${run}” to “Theirs ${run}”`).waitFor()
  await drawer.getByRole('button', { name: 'Save' }).click()
  await drawer.waitFor({ state: 'detached' })
  const { attributes } = await api<{ attributes: { key: string }[] }>('GET', '/v1/attributes?entity=company')
  expect(attributes.find((one) => one.key === key)).toMatchObject({ label: `Mine ${run}`, group: 'Sales' })
  await api('DELETE', `/v1/attributes/${key}?entity=company`)
  expect(await closed(page)).toEqual([])
})

test('a new company outlives Esc, a reload, and a session that ends while it is made', async () => {
  const page = await visit('/companies', { alone: true })
  const open = async () => {
    await page.getByRole('button', { name: 'New company' }).click()
    await page.getByRole('dialog').getByLabel('Domain').waitFor()
  }
  const dialog = page.getByRole('dialog', { name: 'New company' })
  await open()
  await dialog.getByLabel('Name').fill(`Maji ${run}`)
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'detached' })
  await open()
  await dialog.getByLabel('Domain').fill(`maji-${run}.example`)
  await page.reload()
  await open()
  await restored(page).waitFor()
  const signIn = await signOut(page)
  await page.keyboard.press('Enter')
  await signIn()
  await page.getByRole('heading', { level: 1, name: `Maji ${run}` }).waitFor()
  await page.getByText(`maji-${run}.example`).first().waitFor()
  await page.goto('/companies')
  await open()
  expect(await restored(page).count()).toBe(0)
  expect(await closed(page)).toEqual([])
})

test('a key and a segment are made once, although the first answer gets lost and the page is loaded again', async () => {
  const page = await visit('/keys')
  const makeKey = page.getByRole('button', { name: 'Make a key' })
  const dialog = page.getByRole('dialog', { name: 'Make a key' })
  await makeKey.first().click()
  await dialog.getByLabel('Name').fill(`Desk ${run}`)
  await swallow(page, '/v1/keys')
  await page.keyboard.press('Enter')
  await dialog.getByText(/^kundi_/).waitFor({ timeout: 20_000 })
  const { keys } = await api<{ keys: { id: string; name: string }[] }>('GET', '/v1/keys')
  const mine = keys.filter(({ name }) => name === `Desk ${run}`)
  expect(mine).toHaveLength(1) // the one whose secret nobody has is revoked
  for (const { id } of mine) await api('DELETE', `/v1/keys/${id}`)

  const picks = encodeURIComponent(JSON.stringify({ country: { is: ['KE'] } }))
  await page.goto(`/find?picks=${picks}`)
  const save = page.getByRole('button', { name: 'Save as segment' })
  const form = page.getByRole('dialog', { name: 'Save as segment' })
  const name = form.getByLabel('Name of the segment')
  await save.click()
  await name.fill(`Kenya ${run}`)
  const asked = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/segments'))
  let key = ''
  await page.route('**/v1/segments', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback()
    key = (await route.request().headerValue('Idempotency-Key')) ?? ''
    await route.fetch() // made, and the page never hears of it
  })
  await form.getByRole('button', { name: 'Save' }).click()
  await asked
  await expect.poll(async () => (await api<{ segments: { name: string }[] }>('GET', '/v1/segments')).segments.some((one) => one.name === `Kenya ${run}`)).toBe(true)
  await page.unroute('**/v1/segments')
  await page.reload()
  await save.click()
  await restored(page).waitFor()
  expect(await name.inputValue()).toBe(`Kenya ${run}`)
  const again = page.waitForRequest((request) => request.method() === 'POST' && request.url().endsWith('/v1/segments'))
  await form.getByRole('button', { name: 'Save' }).click()
  expect(await (await again).headerValue('Idempotency-Key')).toBe(key)
  await page.getByRole('heading', { level: 1, name: `Kenya ${run}` }).waitFor()
  await api('DELETE', `/v1/segments/${new URL(page.url()).pathname.split('/').pop()}`)
  expect(await closed(page)).toEqual([])
})

test('a label that is not finished is there after a reload, and after Esc by one press', async () => {
  const { id } = await api<{ id: string }>('POST', '/v1/contacts', { name: `Baraka ${run}`, email: `${run}@drafts.example` })
  const page = await visit(`/contacts/${id}`)
  const box = row(page, 'labels').locator('[data-autofocus]')
  await edit(page, 'labels')
  await page.keyboard.type('first,key acc')
  await page.reload()
  await expect.poll(() => box.inputValue()).toBe('key acc')
  await row(page, 'labels').getByText('first', { exact: true }).waitFor()
  await box.focus()
  await page.keyboard.press('Escape')
  await edit(page, 'labels')
  await row(page, 'labels').getByRole('button', { name: /first, key acc/ }).click()
  expect(await box.inputValue()).toBe('key acc')
  await box.focus()
  await page.keyboard.type('ount')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await expect.poll(async () => (await api<{ labels: string[] }>('GET', `/v1/contacts/${id}`)).labels).toEqual(['first', 'key account'])
  expect(await closed(page)).toEqual([])
})
