import type { Page, Request } from 'playwright-core'
import { expect, test } from 'vitest'
import { api, closed, demo, settled, useBrowser, visit } from './browser'
import { expectTwoLines } from './checks'

useBrowser()

const box = 'role=combobox[name="Search people"]'
const rows = '#people [role=row][id]'
const status = 'role=status[name="Matching people"]'

test('1: signing in by the link leads to the search box', async () => {
  const page = await visit(demo.link.slice(demo.address.length), { stranger: true })
  await page.waitForSelector(rows)
  expect(new URL(page.url()).pathname).toBe('/find')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('search-people')
  expect(await closed(page)).toEqual([])
})

test('2: a name that was spelled by ear is found, and Enter opens the person', async () => {
  const page = await visit('/find')
  await page.keyboard.type('cathrin jonson')
  const first = page.locator(rows).first()
  await first.filter({ hasText: 'Johnson' }).filter({ hasText: 'sounds like' }).waitFor() // while it is typed, others sound like it
  const name = await first.locator('a').innerText()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/contacts\//)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  expect(await closed(page)).toEqual([])
})

test('2: the address that was found is shown, also when it is not the main one; Enter waits for the first answer, too', async () => {
  const digits = String(Math.floor(1_000_000 + Math.random() * 9_000_000))
  const phones = [{ value: '+254712000111', primary: true }, { value: `+25471${digits}` }]
  const { id } = await api<{ id: string }>('POST', '/v1/contacts', { name: `Two phones ${digits.slice(0, 3)}`, phones })
  const page = await visit(`/find?q=${digits}`)
  const row = page.locator(rows).filter({ hasText: 'Two phones' })
  await row.locator('mark', { hasText: digits }).waitFor()
  await page.route('**/v1/contacts/search', async (route) => {
    await new Promise((go) => setTimeout(go, 1_000))
    await route.continue().catch(() => undefined) // it was given up meanwhile
  })
  await page.reload()
  await expect.poll(() => page.evaluate(() => document.activeElement?.id)).toBe('search-people')
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/contacts/${id}`)
  expect(await closed(page)).toEqual([])
})

test('2: the beginning of an identifier finds, and the whole identifier is shown', async () => {
  const number = String(Math.floor(10_000_000 + Math.random() * 89_999_999))
  const { id } = await api<{ id: string }>('POST', '/v1/contacts', { name: `Account ${number}`, identifier: `ZQ-${number}` })
  const page = await visit('/find')
  await page.keyboard.type(`zq-${number.slice(0, 6)}`)
  const row = page.locator(rows).filter({ hasText: `ZQ-${number}` })
  await row.locator('mark', { hasText: `ZQ-${number.slice(0, 6)}` }).waitFor()
  await page.keyboard.press('ControlOrMeta+A')
  await page.keyboard.type(id)
  await page.locator(rows).filter({ hasText: `Account ${number}` }).waitFor()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/contacts/${id}`)
  expect(await closed(page)).toEqual([])
})

test('3: / goes to the box, but not while somebody types', async () => {
  const page = await visit('/settings')
  const currency = page.getByLabel('Currency')
  await currency.click()
  await page.keyboard.type('/')
  expect(await currency.inputValue()).toContain('/')
  await page.locator('h1').click()
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press('/')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('search-people')
  expect(await page.locator(box).inputValue()).toBe('')
  await closed(page)
})

test('4: arrows, Enter and Esc lead to a person and back to the row', async () => {
  const page = await visit('/find')
  await page.keyboard.type('smith')
  await page.waitForURL(/q=smith/)
  await page.locator(`${rows} mark`).first().waitFor()
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown')
  const active = page.locator('[role=row][data-active=true] a')
  const name = await active.innerText()
  expect(name).not.toBe(await page.locator(`${rows} a`).first().innerText())
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/contacts\//)
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/find/)
  await active.waitFor()
  expect(await active.innerText()).toBe(name)
  expect(await page.locator(box).inputValue()).toBe('smith')
  // However far the arrows lead, the row is in sight.
  for (let i = 0; i < 40; i++) await page.keyboard.press('ArrowDown')
  await expect
    .poll(() => page.locator('#people [data-active=true]').evaluate((row) => row.getBoundingClientRect().bottom <= innerHeight && Number(row.getAttribute('aria-rowindex')) > 40))
    .toBe(true)
  await closed(page)
})

test('5: words, facet and sort show the same rows after a reload and in another tab', async () => {
  const page = await visit('/find')
  await page.keyboard.type('smith')
  await page.waitForURL(/q=smith/)
  await page.getByRole('region', { name: 'Facets' }).getByLabel('Customer', { exact: true }).check()
  await page.waitForURL(/picks=/)
  await page.getByLabel('Sort by').selectOption({ label: 'Name' })
  await page.waitForURL(/sort=/)
  const wanted = { query: 'smith', filter: { combinator: 'and', rules: [{ field: 'type', operator: 'in', value: ['customer'] }] }, sort: 'name', limit: 10 }
  const { hits } = await api<{ hits: { contact: { name: string } }[] }>('POST', '/v1/contacts/search', wanted)
  const names = hits.map(({ contact }) => contact.name)
  const shown = (tab: Page) => async () => (await tab.locator(`${rows} a`).allInnerTexts()).slice(0, names.length)
  await expect.poll(shown(page)).toEqual(names)
  await page.reload()
  await expect.poll(shown(page)).toEqual(names)
  const other = await page.context().newPage()
  await other.goto(page.url())
  await expect.poll(shown(other)).toEqual(names)
  expect(await other.locator(box).inputValue()).toBe('smith')
  expect(await closed(page)).toEqual([])
})

test('5: Back restores the row and where the list was scrolled to', async () => {
  const page = await visit('/find?sort=name')
  const grid = page.locator('#people')
  const top = 4_000
  await expect
    .poll(async () => {
      await grid.evaluate((e, to) => e.scrollTo(0, to), top)
      return grid.evaluate((e) => e.scrollTop)
    })
    .toBe(top)
  const seen = page.locator('#people-119')
  const name = await seen.locator('a').innerText()
  await seen.locator('a').click()
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await page.goBack()
  await page.locator('#people-119[data-active=true]').waitFor()
  await expect.poll(() => grid.evaluate((e) => e.scrollTop)).toBe(top)
  expect(await seen.locator('a').innerText()).toBe(name)
  await closed(page)
})

test('6: the caret stays where it is, and Back leaves Find in one step', async () => {
  const page = await visit('/settings')
  await page.getByRole('heading', { name: 'Settings' }).waitFor()
  await page.locator(box).click()
  await page.keyboard.type('smth', { delay: 60 })
  await page.waitForURL(/q=smth/)
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.type('i', { delay: 60 })
  await page.waitForURL(/q=smith/)
  expect(await page.locator(box).evaluate((e) => (e as HTMLInputElement).selectionStart)).toBe(3)
  await page.goBack()
  await page.waitForURL(/\/settings/)
  await closed(page)
})

/** deafen lets no request be given up: each answer arrives. What was asked when somebody gave it up is told by givenUp. */
function deafen(): void {
  const [ask, given] = [window.fetch, [] as string[]]
  Object.assign(window, { givenUp: given })
  window.fetch = async (...asked) => {
    const request = new Request(...asked)
    const body = await request.clone().text()
    request.signal.addEventListener('abort', () => given.push(body))
    return ask(new Request(request.url, { method: request.method, headers: request.headers, ...(body && { body }) }))
  }
}
const givenUp = (page: Page) => page.evaluate(() => (window as unknown as { givenUp: string[] }).givenUp.map((body) => (JSON.parse(body || '{}') as { query?: string }).query))

// TanStack Query keeps each answer under its question, and a list shows that of the words in the box. So none can take the
// place of another. This also holds for an answer that comes after all, which a browser that gives up requests hides.
test('7: an older answer that comes later is never shown', async () => {
  const words = crypto.randomUUID().replaceAll(/\d|-/g, 'v').slice(0, 8)
  for (const [name, ends] of [['Older', ''], ['Newer', 'ler']] as const) {
    await api('POST', '/v1/contacts', { name: `${name} Zu${words}${ends}` })
    await api('POST', '/v1/companies', { name: `${name} Works Zu${words}${ends}` })
  }
  const page = await visit('/find')
  await page.evaluate(deafen)
  const asked = (request: Request) => (request.postDataJSON() as { query?: string } | null)?.query
  const older: Request[] = []
  let answer = () => {}
  const held = new Promise<void>((go) => (answer = go))
  await page.route('**/v1/*/search', async (route) => {
    if (asked(route.request()) === `zu${words}`) {
      older.push(route.request())
      await held
    }
    await route.continue()
  })
  // Rows, facets and companies are asked for each words.
  await page.keyboard.type(`zu${words}`)
  await expect.poll(() => older.filter((request) => request.url().includes('/companies/')).length).toBeGreaterThan(0)
  await page.keyboard.type('ler')
  const shown = async () => [...(await page.locator(`${rows} a`).allInnerTexts()), ...(await page.locator('#found-companies a').allInnerTexts())]
  const newer = [`Newer Zu${words}ler`, `Newer Works Zu${words}ler`]
  await expect.poll(shown).toEqual(newer)
  expect(await page.locator(status).innerText()).toMatch(/^1 /)
  // The page gives up what it needs no longer. Here it is answered all the same.
  expect(await givenUp(page)).toContain(`zu${words}`)
  answer()
  await Promise.all(older.map(async (request) => (await request.response())?.finished()))
  await settled(page)
  expect(await shown()).toEqual(newer)
  expect(await page.locator(status).innerText()).toMatch(/^1 /)
  expect(await closed(page)).toEqual([])
})

test('8: a failed search says so and shows no old rows', async () => {
  const page = await visit('/find')
  await page.locator(rows).first().waitFor()
  await page.route('**/v1/contacts/search', (route) =>
    route.fulfill({
      status: 500,
      headers: { 'Content-Type': 'application/problem+json', 'Request-Id': 'r-4711' },
      body: JSON.stringify({ type: 'internal', title: 'Internal error', status: 500, detail: 'It failed.' }),
    }),
  )
  await page.keyboard.type('x')
  await page.getByRole('alert').filter({ hasText: 'r-4711' }).first().waitFor()
  expect(await page.locator(rows).count()).toBe(0)
  await closed(page)
})

test('9: far down the list only rows in sight are in the page', async () => {
  const page = await visit('/find?sort=name')
  const grid = page.locator('#people')
  const all = page.locator(rows)
  // Others make people meanwhile.
  await expect
    .poll(async () => {
      await page.reload()
      await all.first().waitFor()
      const { count } = await api<{ count: number }>('POST', '/v1/contacts/count', {})
      return Number(await grid.getAttribute('aria-rowcount')) - count
    })
    .toBe(1) // that of the names of the columns
  const places = () => all.evaluateAll((found) => found.map((row) => [row.querySelector('a')?.getAttribute('href') ?? '', Number(row.getAttribute('aria-rowindex'))] as const))
  const placeOf = new Map<string, number>() // of each person who was in sight at the end of a page
  const twice: string[] = []
  await expect
    .poll(
      async () => {
        await grid.evaluate((e) => e.scrollTo(0, e.scrollHeight))
        const found = await places()
        for (const [person, at] of found) {
          if ((placeOf.get(person) ?? at) !== at) twice.push(person)
          placeOf.set(person, at)
        }
        return Math.max(...found.map(([, at]) => at))
      },
      { timeout: 120_000, interval: 50 },
    )
    .toBeGreaterThan(2_000)
  expect(twice).toEqual([])
  const last = await places()
  expect(last.length).toBeLessThan(120)
  for (const part of [0, 1]) expect(new Set(last.map((row) => row[part])).size).toBe(last.length)
  await closed(page)
})

test('10: all that match are as many as the API counts, and another facet selects nobody', async () => {
  // People of our own: of the demo's some are merged and some become customers meanwhile.
  const label = `many-${crypto.randomUUID().slice(0, 8)}`
  const people = Array.from({ length: 130 }, (_, n) => ({ name: `Many ${n}`, identifier: `${label}-${n}`, labels: [label], type: n % 2 ? 'lead' : 'customer' }))
  await api('POST', '/v1/contacts/batch', { contacts: people })
  const page = await visit(`/find?picks=${encodeURIComponent(JSON.stringify({ labels: { is: [label] } }))}`)
  const counted = async (...rules: object[]) =>
    (await api<{ count: number }>('POST', '/v1/contacts/count', { filter: { combinator: 'and', rules: [{ field: 'labels', operator: 'any_of', value: [label] }, ...rules] } })).count
  const all = await counted()
  await expect.poll(() => page.locator(status).innerText()).toBe(`${all} people`)
  await page.getByLabel('Select the first 100').check()
  await page.getByRole('button', { name: `Select all ${all} matching` }).click()
  await page.getByLabel(`${all} selected`).waitFor()
  await page.getByRole('region', { name: 'Facets' }).getByLabel('Lead', { exact: true }).check()
  const leads = await counted({ field: 'type', operator: 'in', value: ['lead'] })
  await expect.poll(() => page.locator(status).innerText()).toBe(`${leads} people`)
  await page.getByLabel(`Select all ${leads}`).waitFor()
  expect(await page.locator('[role=row][aria-selected=true]').count()).toBe(0)
  await closed(page)
})

test('on a phone a row has its name and a second line below it, and a tap on either opens the person', async () => {
  const name = `Phone ${crypto.randomUUID().slice(0, 8)}`
  const email = `${crypto.randomUUID().slice(0, 8)}@example.org`
  const { id } = await api<{ id: string }>('POST', '/v1/contacts', { name, email, last_seen_at: new Date(Date.now() - 3_600_000).toISOString() })
  const page = await visit(`/find?q=${encodeURIComponent(name)}`, { width: 360, height: 740 })
  await expectTwoLines(page, page.locator(rows).first(), name, [email, '1 hour ago'])
  await page.getByRole('gridcell', { name: email }).click()
  await page.waitForURL(new RegExp(`/contacts/${id}$`))
  await page.goBack()
  await page.getByRole('link', { name }).click()
  await page.waitForURL(new RegExp(`/contacts/${id}$`))
  expect(await closed(page)).toEqual([])
})
