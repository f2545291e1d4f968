import type { Page } from 'playwright-core'
import { afterAll, expect, test } from 'vitest'
import { api, axe, closed, useBrowser, visit } from './browser'

useBrowser()

interface Attribute {
  key: string
  label: string
  type: string
  options?: string[]
  min?: number
}

const run = Date.now().toString(36)
const made: string[] = []
const read = async (key: string) => (await api<{ attributes: Attribute[] }>('GET', '/v1/attributes?entity=company')).attributes.find((one) => one.key === key)

afterAll(async () => {
  for (const key of made) await api('DELETE', `/v1/attributes/${key}?entity=company`)
})

async function pick(page: Page, label: string, option: string) {
  await page.getByRole('combobox', { name: label }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}

test('each type is made, and its row opens it', async () => {
  const page = await visit('/attributes?entity=company')
  const keys: string[] = []
  const types = ['Text', 'Number', 'Money', 'Percentage', 'Date', 'List', 'Checkbox', 'Link']
  for (const type of types) {
    const key = `${type.toLowerCase()}_${run}`
    await page.getByRole('button', { name: 'Define an attribute' }).click()
    const drawer = page.getByRole('dialog', { name: 'Define an attribute' })
    await drawer.getByLabel('Label').fill(`${type} ${run}`)
    await pick(page, 'Type', type)
    if (type === 'List') await drawer.getByRole('textbox', { name: 'Options' }).fill('gold\nsilver')
    await drawer.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('row', { name: new RegExp(key) }).waitFor()
    keys.push(key)
    made.push(key)
  }
  expect(await Promise.all(keys.map(async (key) => (await read(key))?.type))).toEqual(
    ['text', 'number', 'currency', 'percentage', 'date', 'list', 'checkbox', 'link'],
  )
  await page.getByRole('button', { name: `Text ${run}` }).click()
  await page.waitForURL(new RegExp(`edit=text_${run}`))
  expect(await page.getByRole('dialog').getByLabel('Key').isDisabled()).toBe(true)
  expect(await axe(page)).toEqual([])
  expect(await closed(page)).toEqual([])
})

async function define(kind: string, more: object = {}): Promise<string> {
  const key = `${kind}_${crypto.randomUUID().slice(0, 8)}`
  await api('POST', '/v1/attributes', { entity: 'company', key, label: `${kind} ${run}`, type: kind, ...more })
  made.push(key)
  return key
}

test('label, options and limits are changed, and what is wrong is said at its field', async () => {
  const [key, limited] = await Promise.all([define('list', { options: ['gold'] }), define('number')])
  const page = await visit(`/attributes?entity=company&edit=${key}`)
  const drawer = page.getByRole('dialog')
  await drawer.getByLabel('Label').fill(`Level ${run}`)
  await drawer.getByRole('textbox', { name: 'Options' }).fill('gold\nsilver')
  await drawer.getByRole('button', { name: 'Save' }).click()
  await page.getByRole('row', { name: new RegExp(`Level ${run}`) }).waitFor()
  expect(await read(key)).toMatchObject({ label: `Level ${run}`, options: ['gold', 'silver'] })

  await page.goto(`/attributes?entity=company&edit=${limited}`)
  const lowest = drawer.getByLabel('Lowest')
  await lowest.fill('ten')
  await drawer.getByRole('button', { name: 'Save' }).click()
  await expect.poll(() => lowest.getAttribute('aria-invalid')).toBe('true')
  expect(await lowest.inputValue()).toBe('ten')
  await lowest.fill('10')
  await drawer.getByRole('button', { name: 'Save' }).click()
  await drawer.waitFor({ state: 'detached' })
  expect(await read(limited)).toMatchObject({ min: 10 })
  expect(await closed(page)).toEqual([])
})

test('an attribute that segments name says which, and one that nobody uses is deleted by its key', async () => {
  const page = await visit('/attributes?edit=tier')
  const drawer = page.getByRole('dialog')
  await drawer.getByRole('link', { name: 'Renewals in the next 60 days' }).waitFor()
  expect(await drawer.getByRole('button', { name: 'Delete Tier' }).count()).toBe(0)
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Escape')
  const row = page.getByRole('row', { name: /job_title/ })
  await row.getByText('%').waitFor()
  await row.getByRole('link', { name: 'Decision makers' }).waitFor()

  const key = await define('link')
  await page.goto(`/attributes?entity=company&edit=${key}`)
  await page.getByRole('button', { name: `Delete link ${run}` }).click()
  const dialog = page.getByRole('dialog', { name: `Delete link ${run}` })
  await dialog.getByText('0 records lose their value').waitFor()
  expect(await axe(page)).toEqual([])
  await page.keyboard.type(key)
  await page.keyboard.press('Enter')
  await dialog.waitFor({ state: 'detached' })
  made.splice(made.indexOf(key), 1)
  expect(await read(key)).toBeUndefined()
  expect(await closed(page)).toEqual([])
})
