import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, axe, closed, demo, useBrowser, visit } from './browser'
import { counted, expectCount } from './counts'

useBrowser()

const live = '[data-testid=live-count]'
const row = (place: string) => `[data-testid="rule-${place}"]`

interface Segment {
  id: string
  name: string
  version: number
  filter: unknown
}

/** A filter without its order of members. */
const plain = (filter: unknown) => JSON.parse(JSON.stringify(filter)) as unknown

/** Adds a rule by the keyboard, on a field that a word leads to. */
async function add(page: Page, key: 'a' | 'Shift+A', word: string): Promise<void> {
  await page.keyboard.press(key)
  await page.getByRole('combobox', { name: 'Find a field' }).waitFor()
  await page.keyboard.type(word)
  await page.locator('[role=option]').first().waitFor()
  await page.keyboard.press('Enter')
  await page.getByRole('combobox', { name: 'Find a field' }).waitFor({ state: 'hidden' })
}

/** Picks values in the list that has the focus, and goes back to the row. */
async function pick(page: Page, ...words: string[]): Promise<void> {
  for (const word of words) {
    await page.keyboard.type(word)
    await page.locator('[role=option]', { hasText: new RegExp(word, 'i') }).first().waitFor()
    await page.keyboard.press('Enter')
  }
  await back(page)
}

/** Goes from a control to its row: once more when a menu was open. */
async function back(page: Page): Promise<void> {
  for (let i = 0; i < 3; i++) {
    if (await page.evaluate(() => document.activeElement?.hasAttribute('data-node') ?? false)) return
    await page.keyboard.press('Escape')
  }
}

/** What is built, row by row, without the numbers, which come later. */
const shape = (page: Page) =>
  page.locator('[data-root=true]').evaluate((root) => {
    const copy = root.cloneNode(true) as HTMLElement
    for (const numbers of copy.querySelectorAll('[class*=numbers]')) numbers.remove()
    return copy.textContent
  })

const fresh = (name: string) => `${name} ${crypto.randomUUID().slice(0, 8)}`

async function make(name: string, filter: unknown): Promise<Segment> {
  return api<Segment>('POST', '/v1/segments', { name: fresh(name), filter })
}

test('15: three groups are built without a mouse, counted as the API counts them, and saved', async () => {
  const page = await visit('/segments/new')
  await page.waitForSelector(live)
  await page.getByRole('textbox', { name: 'Name' }).focus()
  await page.keyboard.type(fresh('By the keyboard'))
  await page.locator('[data-root=true]').focus()
  await add(page, 'a', 'country')
  await pick(page, 'Kenya', 'Tanz')
  await add(page, 'Shift+A', 'mrr')
  await page.keyboard.type('100')
  await back(page)
  await add(page, 'a', 'tier')
  await pick(page, 'pro')
  await page.locator('[data-root=true]').focus()
  await add(page, 'Shift+A', 'last seen')
  await back(page)
  await add(page, 'a', 'blocked')
  await back(page)
  const filter = {
    combinator: 'and',
    rules: [
      { field: 'country', operator: 'in', value: ['KE', 'TZ'] },
      { combinator: 'or', rules: [{ field: 'attributes.mrr', operator: 'gte', value: 100 }, { field: 'attributes.tier', operator: 'in', value: ['pro'] }] },
      { combinator: 'or', rules: [{ field: 'last_seen_at', operator: 'within_last', value: 'P30D' }, { field: 'blocked', operator: 'eq', value: true }] },
    ],
  }
  await expectCount(page, filter)
  const { reading } = await api<{ reading: string }>('POST', '/v1/filters/print', { filter })
  expect(await page.getByRole('note', { name: 'In words' }).innerText()).toBe(reading)
  await page.keyboard.press('Control+s')
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const saved = await api<Segment>('GET', `/v1/segments/${page.url().split('/').pop()}`)
  expect(plain(saved.filter)).toEqual(filter)
  expect(await closed(page)).toEqual([])
})

test('16: an unfinished rule is named, left out of the count, and Save says why it waits', async () => {
  const page = await visit('/segments/new')
  await page.waitForSelector(live)
  const all = await counted(page)
  await page.getByRole('textbox', { name: 'Name' }).fill('Unfinished')
  await page.locator('[data-root=true]').focus()
  await add(page, 'a', 'country')
  await back(page)
  await page.getByText('Without 1 unfinished rule').waitFor()
  expect(await counted(page)).toBe(all)
  await page.getByRole('button', { name: 'Save' }).click()
  expect(await page.getByRole('alert').innerText()).toContain('1 rule is not finished')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toContain('Value, rule 1 of 1')
  await closed(page)
})

test('17: a fault of the server marks its control alone, and F8 goes there', async () => {
  const filter = {
    combinator: 'and',
    rules: [
      { field: 'country', operator: 'in', value: ['KE'] },
      { combinator: 'or', rules: [{ field: 'attributes.mrr', operator: 'gte', value: 5 }, { field: 'city', operator: 'eq', value: 'Nairobi' }] },
    ],
  }
  const segment = await make('With a fault', filter)
  const page = await visit(`/segments/${segment.id}/edit`)
  await page.waitForSelector(live)
  await page.route('**/v1/segments/preview', (route) =>
    route.fulfill({
      status: 422, contentType: 'application/problem+json',
      body: JSON.stringify({ type: 'invalid-filter', title: 'Invalid filter', status: 422, detail: 'The filter is not valid.', errors: [{ location: 'filter.rules[1].rules[0].value', detail: 'must be another number' }] }),
    }),
  )
  await page.locator(`${row('1.0')} input[data-part=value]`).fill('7')
  await page.locator(row('1.0')).getByText('must be another number').waitFor()
  expect(await page.locator('[aria-invalid=true]').count()).toBe(1)
  expect(await page.locator(live).count()).toBe(0)
  await page.locator('[data-root=true]').focus()
  await page.keyboard.press('F8')
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true')
  await closed(page)
})

/** draftOf is the filter that the tab keeps of a segment with a name, before it is saved. */
const draftOf = (page: Page, name: string) =>
  page.evaluate((called) => {
    const kept = Object.values(sessionStorage).find((value) => String(value).includes(called))
    const without = (key: string, value: unknown) => (key === 'not' && value === false ? undefined : value)
    return kept && (JSON.parse(String(kept), without) as { filter: unknown }).filter
  }, name)

test('18: six undos and redos bring the same filter back; a reload offers what was typed', async () => {
  const page = await visit('/segments/new')
  await page.waitForSelector(live)
  const name = fresh('Kept')
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.locator('[data-root=true]').focus()
  await add(page, 'a', 'country')
  await pick(page, 'Kenya')
  for (const key of ['d', 'd', 'd', 'Alt+ArrowUp', 'Alt+Shift+ArrowRight']) await page.keyboard.press(key)
  // The last of the keys puts a rule into a group.
  await expect.poll(() => draftOf(page, name)).toMatchObject({ rules: expect.arrayContaining([expect.objectContaining({ combinator: 'or' })]) })
  const built = { shape: await shape(page), filter: await draftOf(page, name) }
  for (let i = 0; i < 6; i++) await page.keyboard.press('Control+z')
  expect(await shape(page)).not.toBe(built.shape)
  await expect.poll(() => draftOf(page, name)).not.toEqual(built.filter)
  for (let i = 0; i < 6; i++) await page.keyboard.press('Control+Shift+z')
  await expect.poll(() => shape(page)).toBe(built.shape)
  await expect.poll(() => draftOf(page, name)).toEqual(built.filter)
  page.on('dialog', (dialog) => void dialog.accept())
  await page.reload()
  await page.getByRole('button', { name: 'Restore them' }).click()
  await expect.poll(() => shape(page)).toBe(built.shape)
  expect(await page.getByRole('textbox', { name: 'Name' }).inputValue()).toBe(name)
  await page.keyboard.press('Control+s')
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const saved = await api<Segment>('GET', `/v1/segments/${page.url().split('/').pop()}`)
  expect(plain(saved.filter)).toEqual(built.filter)
  await closed(page)
})

test('18: signed out while saving: after signing in again it is saved', async () => {
  const segment = await make('Signed out', { combinator: 'and', rules: [{ field: 'city', operator: 'eq', value: 'Nairobi' }] })
  const page = await visit(`/segments/${segment.id}/edit`)
  await page.waitForSelector(live)
  await page.locator(`${row('0')} input[data-part=value]`).fill('Mombasa')
  let refused = 0
  await page.route(`**/v1/segments/${segment.id}`, (route) => {
    if (route.request().method() !== 'PATCH' || refused++ > 0) return route.fallback()
    return route.fulfill({ status: 401, contentType: 'application/problem+json', body: '{"type":"unauthorized","title":"Unauthorized","status":401,"detail":"Sign in."}' })
  })
  await page.keyboard.press('Control+s')
  const dialog = page.getByRole('dialog', { name: 'You were signed out' })
  await dialog.locator('input[name=key]').fill(demo.key)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const { filter } = await api<Segment>('GET', `/v1/segments/${segment.id}`)
  expect(plain(filter)).toMatchObject({ rules: [{ value: 'Mombasa' }] })
  await closed(page)
})

test('a segment that somebody else has changed is not written over', async () => {
  const segment = await make('Two writers', { combinator: 'and', rules: [{ field: 'city', operator: 'eq', value: 'Nairobi' }] })
  const page = await visit(`/segments/${segment.id}/edit`)
  await page.waitForSelector(live)
  await api('PATCH', `/v1/segments/${segment.id}`, { filter: { combinator: 'and', rules: [{ field: 'city', operator: 'eq', value: 'Kisumu' }] } })
  await page.locator(`${row('0')} input[data-part=value]`).fill('Mombasa')
  await page.keyboard.press('Control+s')
  const dialog = page.getByRole('dialog', { name: 'Changed meanwhile' })
  await dialog.getByText('City is "Kisumu"').first().waitFor()
  await dialog.getByText('City is "Mombasa"').first().waitFor()
  await dialog.getByRole('button', { name: 'Save mine over it' }).click()
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const { filter } = await api<Segment>('GET', `/v1/segments/${segment.id}`)
  expect(plain(filter)).toMatchObject({ rules: [{ value: 'Mombasa' }] })
  expect(await closed(page)).toEqual([])
})

test('an attribute that is deleted while the builder is open keeps its row and its value, marked', async () => {
  const key = `gone_${crypto.randomUUID().slice(0, 8)}`
  await api('POST', '/v1/attributes', { entity: 'contact', key, label: 'Gone', type: 'text' })
  const segment = await make('Of something gone', { combinator: 'and', rules: [{ field: 'city', operator: 'eq', value: 'Nairobi' }] })
  const page = await visit(`/segments/${segment.id}/edit`)
  await page.waitForSelector(live)
  await page.locator('[data-root=true]').focus()
  await add(page, 'a', key)
  await page.keyboard.type('kept')
  await counted(page)
  await api('DELETE', `/v1/attributes/${key}?entity=contact`)
  await page.keyboard.type('!')
  await page.locator(row('1')).getByText('does not exist any more').waitFor()
  expect(await page.locator(row('1')).innerText()).toContain('kept!')
  await page.locator(row('1')).focus()
  await page.keyboard.press('Delete')
  expect(await counted(page)).toBeGreaterThan(0)
  await closed(page)
})

test('a filter of 500 rules and 32 levels opens, is counted and can be edited', async () => {
  const city = (n: number) => ({ field: 'city', operator: 'eq', value: `Town ${n}` })
  let deep: unknown = { combinator: 'or', rules: [city(0)] }
  for (let level = 31; level > 1; level--) deep = { combinator: level % 2 ? 'and' : 'or', rules: [city(level), deep] }
  const filter = { combinator: 'or', rules: [{ field: 'country', operator: 'in', value: ['KE'] }, ...Array.from({ length: 468 }, (_, n) => city(n + 100)), deep] }
  const segment = await make('Large', filter)
  const page = await visit(`/segments/${segment.id}/edit`)
  await page.waitForSelector(live)
  expect(await page.locator('[data-drawn=true]').count()).toBeLessThan(80)
  await expectCount(page, filter)
  const count = await counted(page)
  await page.locator(`${row('0')} [data-part=value]`).focus()
  await page.keyboard.type('Tanz')
  await page.locator('[role=option]', { hasText: 'Tanzania' }).waitFor()
  await page.keyboard.press('Enter')
  await expect.poll(() => counted(page)).toBeGreaterThan(count)
  await page.locator('[data-root=true]').press('F8') // nothing is wrong
  await page.locator(row('467')).focus()
  await page.locator(`${row('467')} input[data-part=value]`).fill('Nairobi')
  await page.keyboard.press('Control+s')
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const saved = await api<Segment>('GET', `/v1/segments/${segment.id}`)
  expect(JSON.stringify(saved.filter)).toContain('"Nairobi"')
  await closed(page)
})

test('a fixed list: who passes now is picked; people, a file and another segment are added; owner and retention are kept', async () => {
  const label = `listed-${crypto.randomUUID().slice(0, 8)}`
  const [vip, others] = [`${label}-vip`, `${label}-others`]
  const people = Array.from({ length: 9 }, (_, n) => ({ name: `Listed ${n}`, identifier: `${label}-${n}`, labels: n < 6 ? [label, vip] : [others] }))
  await api('POST', '/v1/contacts/batch', { contacts: people })
  const having = (value: string) => ({ field: 'labels', operator: 'any_of', value: [value] })
  const made = await api<Segment & { pinned_count: number }>('POST', '/v1/segments', {
    name: fresh('To add'), kind: 'static', from: { filter: { combinator: 'and', rules: [having(others)] } },
  })
  const filter = { combinator: 'and', rules: [having(label), { combinator: 'or', rules: [having(vip)] }] }
  const page = await visit(`/segments/new?filter=${encodeURIComponent(JSON.stringify(filter))}`)
  const counts: string[] = []
  page.on('request', (request) => request.url().endsWith('/v1/contacts/count') && counts.push(request.postData() ?? ''))
  const before = await counted(page)
  expect(before).toBe(6)
  const numbers = page.locator(row('1.0')).getByText(/people pass this alone/)
  await expect.poll(async () => Number((await numbers.innerText()).replaceAll(/\D/g, ''))).toBe(6)
  expect(counts.filter((body) => body.includes(vip))).toEqual([])

  const name = fresh('Fixed')
  await page.getByRole('textbox', { name: 'Name' }).fill(name)
  await page.getByRole('checkbox', { name: /^A fixed list/ }).check()
  await page.getByRole('button', { name: 'Save' }).click()
  await page.waitForURL(/\/segments\/[0-9a-f-]{36}$/)
  const id = page.url().split('/').pop()
  const saved = () => api<{ kind: string; pinned_count: number; owner?: string; labels?: string[]; keep?: unknown }>('GET', `/v1/segments/${id}`)
  expect(await saved()).toMatchObject({ kind: 'static', pinned_count: before })
  await expect.poll(() => page.title()).toBe(`${name} · Kundi`)

  await page.getByRole('tab', { name: 'Picked by hand' }).click()
  const picked = page.getByRole('region', { name: 'Picked' })
  const remove = picked.getByRole('button', { name: /^Remove / })
  await remove.first().click()
  await picked.getByRole('heading', { name: `(${before - 1})` }).waitFor()
  await expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toMatch(/^Remove /)
  const { hits } = await api<{ hits: { contact: { id: string } }[] }>('GET', '/v1/contacts/search?q=cathrin+jonson&limit=1')
  await picked.getByLabel('Add a person: Picked').first().fill('cathrin jonson')
  await page.getByRole('option', { name: /Johnson/ }).first().click()
  await picked.getByRole('heading', { name: `(${before})` }).waitFor()
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Add a file' }).click()
  await (await chooser).setFiles({ name: 'ids.csv', mimeType: 'text/csv', buffer: Buffer.from(`id\n${hits[0]!.contact.id}\nnobody\n`) })
  await page.getByText('Line 3: must be the id of a contact').waitFor()
  await page.getByLabel('Another segment').first().fill(made.name)
  await page.getByRole('option', { name: made.name }).click()
  await page.getByRole('button', { name: 'Add who is in it now' }).click()
  await picked.getByRole('heading', { name: `(${before + made.pinned_count})` }).waitFor()

  await page.getByRole('tab', { name: 'Details' }).click()
  await page.getByLabel('Owner').fill('Growth')
  await page.getByLabel('Labels of the segment').first().fill('vip')
  await page.keyboard.press('Enter')
  await page.getByLabel('Kept for', { exact: true }).fill('6')
  await page.getByLabel('Unit').selectOption('M')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.getByText('Saved.').waitFor()
  expect(await saved()).toMatchObject({ owner: 'Growth', labels: ['vip'], keep: { age: 'P6M' } })

  await page.getByRole('tab', { name: 'Schedule' }).click()
  await page.getByLabel('Take a snapshot').selectOption('own')
  await page.getByLabel('Cron line').fill('0 6 *')
  await page.getByText('must have five fields').waitFor()
  await page.getByLabel('Cron line').fill('0 6 * * mon')
  await expect.poll(() => page.getByText(/^Monday, /).count()).toBe(5)
  expect(await closed(page)).toEqual([])
})

test('20: what opens in the builder has no fault of axe: fields, comparisons with what they do, values, menus', async () => {
  const page = await visit('/segments/new', { scheme: 'dark' })
  await page.waitForSelector(live)
  await page.locator('[data-root=true]').focus()
  await page.keyboard.press('a')
  await page.locator('[role=option]').first().waitFor()
  expect(await axe(page)).toEqual([])
  await page.keyboard.type('country')
  await page.keyboard.press('Enter')
  await page.locator('[role=option]').first().waitFor()
  expect(await axe(page)).toEqual([])
  await back(page)
  await page.locator(`${row('0')} [data-part=operator]`).press('Enter')
  await page.getByText('Everybody else, also those who have no value.').first().waitFor()
  expect(await axe(page)).toEqual([])
  await page.keyboard.type('is not')
  await page.keyboard.press('Enter')
  await page.locator(`${row('0')} [data-part=operator]`, { hasText: 'is not' }).waitFor()
  await page.getByRole('button', { name: 'Menu, rule 1 of 1' }).click()
  await page.getByRole('menuitem').first().waitFor()
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Copy or edit as text' }).click()
  await page.getByRole('menuitem').first().waitFor()
  expect(await axe(page)).toEqual([])
  expect(await closed(page)).toEqual([])
})
