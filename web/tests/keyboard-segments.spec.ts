import { readFileSync } from 'node:fs'
import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, closed, settled, useBrowser, visit } from './browser'
import { counted, expectCount } from './counts'
import { choose, press, tabTo, toTab } from './keys'

// The tasks of the tour in the README, without a click: segments.
useBrowser()

const run = Date.now().toString(36)
const live = '[data-testid=live-count]'

interface Named {
  id: string
  name: string
}

/** labelled makes a contact with a label. */
const labelled = (name: string, label: string) => api<Named>('POST', '/v1/contacts', { name: `${name} ${run}`, labels: [label] })

/** segmentOf makes the segment of those who have a label. */
const segmentOf = (label: string) =>
  api<Named>('POST', '/v1/segments', { name: label, filter: { combinator: 'and', rules: [{ field: 'labels', operator: 'any_of', value: [label] }] } })

/** field picks the field of a rule that was just added, in the list that is open. */
async function field(page: Page, words: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Find a field' }).waitFor()
  await page.keyboard.type(words)
  await page.locator('[role=option]:visible').first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Find a field' }).waitFor({ state: 'hidden' })
}

test('by keyboard: build a segment, take a snapshot, watch it, make an audience', async () => {
  const page = await visit('/settings')
  await settled(page)
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

test('by keyboard: download the members, compare two snapshots, and see why somebody has entered', async () => {
  const label = `compared-${run}`
  const segment = await segmentOf(label)
  const people: Named[] = []
  for (const name of ['Asha', 'Bahati', 'Chausiku']) {
    people.push(await labelled(name, label))
    await api('POST', `/v1/segments/${segment.id}/refresh`)
  }
  const page = await visit(`/segments/${segment.id}`)
  await press(page, page.getByRole('button', { name: 'Export' }))
  const [file] = await Promise.all([page.waitForEvent('download'), choose(page, page.getByRole('menuitem', { name: 'Download as CSV' }))])
  expect(readFileSync(await file.path(), 'utf8').trim().split('\n')).toHaveLength(4)

  await toTab(page, 'Snapshots')
  await page.getByRole('region', { name: 'From snapshot 2 to 3' }).waitFor()
  const from = page.getByRole('radio', { name: 'From snapshot 2' })
  await tabTo(page, from)
  await page.keyboard.press('ArrowDown') // the table has the newest first
  const changes = page.getByRole('region', { name: 'From snapshot 1 to 3' })
  await changes.getByRole('heading', { name: 'Entered (2)' }).waitFor()
  const entered = changes.getByRole('link', { name: `Bahati ${run}` })
  expect(await page.getByRole('radio', { name: 'From snapshot 1' }).evaluate((e) => e === document.activeElement)).toBe(true)

  await press(page, entered)
  await page.getByRole('heading', { level: 1, name: `Bahati ${run}` }).waitFor()
  await press(page, page.getByRole('button', { name: `Why in ${label}?` }))
  await page.getByText(`Labels include ${label}`).waitFor()
  const history = page.getByRole('list', { name: 'Entered and left' })
  await history.getByText(/^Entered/).waitFor()
  expect(await closed(page)).toEqual([])
})

test('by keyboard: put a segment on a schedule', async () => {
  const segment = await segmentOf(`scheduled-${run}`)
  const page = await visit(`/segments/${segment.id}`)
  await toTab(page, 'Schedule')
  await tabTo(page, page.getByLabel('Take a snapshot', { exact: true }))
  await page.keyboard.type('Mon')
  await tabTo(page, page.getByLabel('At', { exact: true }))
  await page.keyboard.type('0715')
  await tabTo(page, page.getByLabel('Time zone'))
  await page.keyboard.press('Control+a')
  await page.keyboard.type('Africa/Nairobi')
  await expect.poll(() => page.getByText(/^(Mon|Tues|Wednes|Thurs|Fri)day, .*07:15$/).count()).toBe(5)
  await press(page, page.getByRole('button', { name: 'Save', exact: true }))
  const read = () => api<{ schedule?: object }>('GET', `/v1/segments/${segment.id}`)
  await expect.poll(async () => (await read()).schedule).toMatchObject({ cron: '15 7 * * 1-5', time_zone: 'Africa/Nairobi' })
  expect(await closed(page)).toEqual([])
})

test('by keyboard: count who had conversations on WhatsApp', async () => {
  const page = await visit('/segments/new')
  await page.waitForSelector(live)
  await press(page, page.getByRole('button', { name: 'Add rule' }))
  await field(page, 'conversations')
  await press(page, page.getByRole('button', { name: 'Say which conversations count' }))
  await press(page, page.locator('[data-testid^="rule-0.where"] [data-part=field]'))
  await field(page, 'channel')
  await page.keyboard.type('WhatsApp')
  await page.getByRole('option', { name: /WhatsApp/ }).first().waitFor()
  await page.keyboard.press('Enter')
  const where = { combinator: 'and', rules: [{ field: 'channel', operator: 'in', value: ['whatsapp'] }] }
  const filter = { combinator: 'and', rules: [{ field: 'conversations', operator: 'any', where }] }
  const { reading } = await api<{ reading: string }>('POST', '/v1/filters/print', { filter })
  await expect.poll(() => page.getByRole('note', { name: 'In words' }).innerText()).toBe(reading)
  await expectCount(page, filter)
  expect(await closed(page)).toEqual([])
})

test('by keyboard: count people of companies in a town who have opened a campaign', async () => {
  const [town, campaign] = [`Town ${run}`, `opened-${run}`]
  const { id: company } = await api<Named>('POST', '/v1/companies', { name: `Works ${run}`, city: town })
  for (const name of ['Faraja', 'Gathoni']) await api('POST', '/v1/contacts', { name: `${name} ${run}`, labels: [campaign], company_id: company })
  const segment = await segmentOf(campaign)
  const audience = await api<Named>('POST', '/v1/audiences', { segment_id: segment.id, campaign })
  await api('POST', `/v1/audiences/${audience.id}/events`, { events: [{ row: 2, kind: 'opened', at: new Date().toISOString() }] })

  const page = await visit('/segments/new')
  await page.waitForSelector(live)
  await press(page, page.getByRole('button', { name: 'Add rule' }))
  await field(page, 'company: city')
  await page.keyboard.type(town)
  await press(page, page.getByRole('button', { name: 'Add rule' }).last())
  await field(page, 'campaign events')
  await press(page, page.getByRole('button', { name: 'Say which events count' }))
  await press(page, page.locator('[data-testid^="rule-1.where"] [data-part=field]'))
  await field(page, 'campaign')
  await page.keyboard.type(campaign)
  const add = page.getByRole('button', { name: /^Add rule, / })
  await press(page, add)
  await field(page, 'what happened')
  await page.keyboard.type('Opened')
  await page.getByRole('option', { name: /Opened/ }).first().waitFor()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Escape')
  await press(page, add)
  await field(page, 'when')
  await page.keyboard.press('Control+a')
  await page.keyboard.type('6 weeks')
  await page.getByText(/^Now: /).waitFor()
  const rules = [
    { field: 'campaign', operator: 'eq', value: campaign },
    { field: 'kind', operator: 'in', value: ['opened'] },
    { field: 'at', operator: 'within_last', value: 'P6W' },
  ]
  const filter = {
    combinator: 'and',
    rules: [
      { field: 'company.city', operator: 'contains', value: town },
      { field: 'campaign_events', operator: 'any', where: { combinator: 'and', rules } },
    ],
  }
  const { reading } = await api<{ reading: string }>('POST', '/v1/filters/print', { filter })
  await expect.poll(() => page.getByRole('note', { name: 'In words' }).innerText()).toBe(reading)
  await expectCount(page, filter)
  expect(await counted(page)).toBe(1)
  expect(await closed(page)).toEqual([])
})
