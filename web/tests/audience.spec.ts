import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, axe, closed, demo, useBrowser, visit } from './browser'

useBrowser()

const run = crypto.randomUUID().slice(0, 8)
const rows = (grid: string) => `#${grid} [role=row][id]`

interface Made {
  id: string
  name: string
}

/** people makes some who have a label of this run in common, by their names. */
async function people(label: string, names: string[]): Promise<Made[]> {
  return Promise.all(names.map((name) => api<Made>('POST', '/v1/contacts', { name: `${name} ${run}`, email: `${name}-${run}@example.org`.toLowerCase(), labels: [label] })))
}

async function segmentOf(label: string): Promise<Made> {
  const filter = { combinator: 'and', rules: [{ field: 'labels', operator: 'any_of', value: [label] }] }
  return api<Made>('POST', '/v1/segments', { name: `Of ${label}`, filter })
}

/** saved chooses a file of the menu of a list, and reads it. */
async function saved(page: Page, name: string): Promise<string> {
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export' }).click()
  await page.getByRole('menuitem', { name }).click()
  return readFileSync(await (await coming).path(), 'utf8')
}

const statusOf = async (path: string) => (await fetch(demo.address + path, { headers: { Authorization: `Bearer ${demo.key}` } })).status

test('an audience shows its people, whom it holds back and how far the campaign has come; a snapshot shows who was there', async () => {
  const label = `audience-${run}`
  const [ada, ben, cy] = await people(label, ['Ada', 'Ben', 'Cy'])
  await api('POST', `/v1/contacts/${cy!.id}/block`, {})
  const segment = await segmentOf(label)
  const audience = await api<Made>('POST', '/v1/audiences', { segment_id: segment.id, campaign: `spring ${run}`, channel: 'email', fields: ['email', 'labels'] })
  const page = await visit(`/segments/${segment.id}?tab=pull`)
  await page.getByRole('link', { name: `spring ${run}` }).click()
  await page.getByRole('heading', { level: 1, name: `Audience for spring ${run}` }).waitFor()
  // The names of an audience without them come after its rows.
  for (const { name } of [ada!, ben!]) await page.locator(rows('audience-people')).filter({ hasText: name }).waitFor()
  const text = await page.locator('#audience-people').innerText()
  expect(text).toContain(`ada-${run}@example.org`)
  expect(text).not.toContain(cy!.name)
  await page.getByText('The campaign has not confirmed any row yet.').waitFor()

  const csv = await saved(page, 'Download as CSV')
  expect(csv.split('\n')[0]).toContain('"row"')
  expect(csv).toContain(`ben-${run}@example.org`)
  const lines = (await saved(page, 'Download as JSON lines')).trim().split('\n')
  expect(lines.map((line) => (JSON.parse(line) as { row: number }).row)).toEqual([1, 2])
  expect(await axe(page)).toEqual([])

  // Whom it holds back stands under the reason, at an address of its own.
  await page.getByRole('link', { name: 'blocked: 1' }).click()
  await page.locator(rows('audience-people')).filter({ hasText: cy!.name }).waitFor()
  expect(new URL(page.url()).search).toContain('held=blocked')
  await api('POST', `/v1/contacts/${ada!.id}/block`, {})
  await api('POST', `/v1/audiences/${audience.id}/ack`, { row: 2 })
  await api('POST', `/v1/audiences/${audience.id}/events`, { events: [{ row: 2, kind: 'delivered', at: new Date().toISOString() }] })
  await page.reload()
  await page.getByText('The campaign has confirmed all 2 rows').waitFor()
  await page.getByRole('link', { name: 'Delivered: 1' }).waitFor()
  await page.getByRole('combobox', { name: 'Which people are shown' }).selectOption({ label: 'All who are written to' })
  await expect.poll(() => page.locator(rows('audience-people')).count()).toBe(1)
  await page.getByRole('link', { name: 'blocked: 1' }).last().click()
  await page.locator(rows('audience-people')).filter({ hasText: ada!.name }).waitFor()

  await page.getByRole('link', { name: 'Snapshot 1' }).click()
  await page.getByRole('heading', { level: 1, name: 'Snapshot 1' }).waitFor()
  await expect.poll(() => page.locator(rows('snapshot-people')).count()).toBe(3)
  expect((await saved(page, 'Download as CSV')).trim().split('\n').length).toBe(4)
  expect(await axe(page)).toEqual([])
  await page.getByRole('link', { name: `Segment: ${segment.name}` }).click()
  await page.getByRole('tab', { name: 'Snapshots', selected: true }).waitFor()
  expect(await closed(page)).toEqual([])
})

test('entered and left of two snapshots are counted, listed and downloaded; the next audience says the same', async () => {
  const label = `pair-${run}`
  const [dan] = await people(label, ['Dan', 'Eve'])
  const segment = await segmentOf(label)
  await api('POST', '/v1/audiences', { segment_id: segment.id, campaign: `first ${run}` })
  const [fay] = await people(label, ['Fay'])
  await api('PATCH', `/v1/contacts/${dan!.id}`, { labels: [] })
  const next = await api<Made>('POST', '/v1/audiences', { segment_id: segment.id, campaign: `second ${run}` })
  const page = await visit(`/segments/${segment.id}/audiences/${next.id}`)
  await page.getByText('1 person entered the segment and 1 left it').waitFor()
  await page.getByRole('link', { name: 'Show who' }).click()
  await page.getByRole('heading', { name: 'Entered (1)' }).waitFor()
  await page.getByRole('link', { name: fay!.name }).waitFor()
  await page.getByRole('heading', { name: 'Left (1)' }).waitFor()
  await page.getByRole('link', { name: dan!.name }).waitFor()
  const csv = await saved(page, 'Download as CSV')
  expect(csv).toContain(`"${fay!.id}","entered"`)
  expect(await closed(page)).toEqual([])
})

test('an audience is deleted by the name of its campaign; its snapshot and its people stay', async () => {
  const label = `deleted-${run}`
  const [gus] = await people(label, ['Gus'])
  const segment = await segmentOf(label)
  const [gone, stays] = [`gone ${run}`, `stays ${run}`]
  const { id, snapshot } = await api<Made & { snapshot: number }>('POST', '/v1/audiences', { segment_id: segment.id, campaign: gone })
  await api('POST', '/v1/audiences', { segment_id: segment.id, campaign: stays })
  const page = await visit(`/segments/${segment.id}/audiences/${id}`)
  await page.getByRole('button', { name: 'Delete', exact: true }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete this audience?' })
  const yes = dialog.getByRole('button', { name: 'Delete', exact: true })
  await dialog.getByRole('textbox').fill(stays)
  await page.keyboard.press('Enter')
  expect(await yes.isDisabled()).toBe(true)
  await dialog.getByRole('textbox').fill(gone)
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/segments/${segment.id}\\?tab=pull`))
  await page.getByRole('link', { name: stays }).waitFor()
  await page.getByRole('link', { name: gone }).waitFor({ state: 'detached' })
  expect(await statusOf(`/v1/audiences/${id}`)).toBe(404)
  for (const path of [`/v1/segments/${segment.id}/snapshots/${snapshot}`, `/v1/contacts/${gus!.id}`]) expect(await statusOf(path)).toBe(200)
  expect(await closed(page)).toEqual([])
})

test('Find shows companies that match; the arrows lead to them and back, and Enter opens one', async () => {
  const names = ['Ltd', 'Works', 'Group', 'Trade'].map((part) => `Zuvexo ${run} ${part}`)
  for (const name of names) await api('POST', '/v1/companies', { name })
  await people(`zuvexo-${run}`, ['Zuvexo'])
  const page = await visit('/find')
  await page.keyboard.type(`zuvexo ${run}`)
  const list = page.getByRole('listbox', { name: 'Companies with these words' })
  await list.getByRole('option', { name: 'All 4 companies' }).waitFor()
  await page.locator(rows('people')).filter({ hasText: `Zuvexo ${run}` }).waitFor()
  const active = () => page.locator('#search-people').getAttribute('aria-activedescendant')
  expect(await active()).toBe('people-0')
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('ArrowUp')
  await expect.poll(active).toBe('found-companies-0')
  await page.keyboard.press('ArrowDown')
  await expect.poll(active).toBe('people-0')
  await page.keyboard.press('ArrowUp')
  await expect.poll(active).toBe('found-companies-0')
  const name = await list.getByRole('option').first().innerText()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/companies\//)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.goBack()
  await list.getByRole('option', { name: 'All 4 companies' }).click()
  await page.waitForURL(/\/companies\?q=/)
  expect(await closed(page)).toEqual([])
})
