import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, closed, enter, settled, useBrowser } from '../browser'
import { builtFilter } from '../places'

useBrowser()

const folder = join(import.meta.dirname, '../../../docs/pictures')

/** The most bytes of a picture. */
const most = 200_000

/** take writes a picture in WebP, which is a third of PNG. */
async function take(page: Page, name: string): Promise<void> {
  await settled(page)
  const browser = await page.context().newCDPSession(page)
  const { data } = await browser.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
  const picture = Buffer.from(data, 'base64')
  expect(picture.length, name).toBeLessThan(most)
  writeFileSync(join(folder, `${name}.webp`), picture)
}

const open = async (path: string) => {
  const page = await enter({ width: 1440, height: 820 })
  await page.goto(path)
  return page
}

test('find', async () => {
  const page = await open('/find')
  await page.getByRole('combobox', { name: 'Search people' }).fill('cathrin jonson')
  await page.locator('#people mark').first().waitFor()
  await take(page, 'find')
  await closed(page)
})

test('profile', async () => {
  // Somebody with a company, segments and conversations, once the demo has written some.
  const rich = {
    combinator: 'and',
    rules: [
      { field: 'company.name', operator: 'exists' },
      ...['name', 'email', 'phone', 'labels', 'city'].map((field) => ({ field, operator: 'exists' })),
      { field: 'country', operator: 'in', value: ['KE', 'TZ', 'GB', 'US'] },
      { field: 'attributes.newsletter', operator: 'eq', value: true },
      { field: 'attributes.marketing_consent', operator: 'eq', value: true },
      { field: 'conversations', operator: 'count_gte', value: 2 },
      { field: 'notes', operator: 'any' },
    ],
  }
  const found = async () => {
    const { hits } = await api<{ hits: { contact: { id: string } }[] }>('POST', '/v1/contacts/search', { filter: rich, sort: '-conversations_count', limit: 1 })
    return hits[0]?.contact.id
  }
  await expect.poll(found, { timeout: 100_000, interval: 1_000 }).toBeTruthy()
  const page = await open(`/contacts/${await found()}`)
  await page.locator('[data-field=name]').waitFor()
  await take(page, 'profile')
  await closed(page)
})

test('builder', async () => {
  const page = await open(`/segments/new?filter=${encodeURIComponent(JSON.stringify(builtFilter))}`)
  await page.getByRole('textbox', { name: 'Name' }).fill('Paying people in East Africa')
  await page.locator('[data-testid=live-count][data-old=false]').waitFor()
  await take(page, 'builder')
  await closed(page)
})
