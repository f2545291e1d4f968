import { expect, test } from 'vitest'
import { api, closed, demo, useBrowser, visit } from './browser'

useBrowser()

const box = 'role=combobox[name="Search people"]'
const rows = '#people [role=row][id]'
const status = 'role=status[name="Matching people"]'

test('1: signing in by the link leads to the search box', async () => {
  const page = await visit(demo.link.slice(demo.address.length), { stranger: true })
  await page.waitForSelector(rows)
  expect(new URL(page.url()).pathname).toBe('/find')
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('search-people')
  expect(await closed(page)).toEqual([])
})

test('2: a name that was spelled by ear is found, and Enter opens the person', async () => {
  const page = await visit('/find')
  await page.keyboard.type('cathrin jonson')
  const first = page.locator(rows).first()
  await first.filter({ hasText: 'sounds like' }).waitFor()
  const name = await first.locator('a').innerText()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/contacts\//)
  await page.getByRole('heading', { level: 1, name }).waitFor()
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

test('4 and 5: arrows, Enter and Esc lead to a person and back to the row; a reload shows the same', async () => {
  const page = await visit('/find')
  await page.keyboard.type('smith')
  await page.waitForURL(/q=smith/)
  await page.locator(`${rows} mark`).first().waitFor()
  for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown')
  const active = page.locator('[role=row][data-active=true] a')
  const name = await active.innerText()
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/contacts\//)
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/find/)
  await active.waitFor()
  expect(await active.innerText()).toBe(name)
  expect(await page.locator(box).inputValue()).toBe('smith')

  // The demo still writes conversations, which may change the order between two reads: it ends.
  const again = async () => {
    await page.goto(page.url())
    await page.locator(`${rows} mark`).first().waitFor()
    return (await page.locator(`${rows} a`).allInnerTexts()).slice(0, 10).join()
  }
  await expect.poll(async () => (await again()) === (await again()), { timeout: 60_000 }).toBe(true)
  expect(await page.locator(box).inputValue()).toBe('smith')
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

test('7: an older answer that comes later is never shown', async () => {
  const page = await visit('/find')
  await page.route('**/v1/contacts/search', async (route) => {
    const { query } = route.request().postDataJSON() as { query?: string }
    if (query === 'smi') await new Promise((go) => setTimeout(go, 1_500))
    await route.continue().catch(() => undefined) // it was given up meanwhile
  })
  await page.keyboard.type('smi')
  await page.keyboard.type('thson')
  const wanted = await api<{ total: { value: number } }>('POST', '/v1/contacts/search', { query: 'smithson' })
  await expect.poll(() => page.locator(status).innerText()).toContain(String(wanted.total.value))
  await page.waitForTimeout(2_000)
  expect(await page.locator(status).innerText()).toContain(String(wanted.total.value))
  await closed(page)
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
  const page = await visit('/find')
  const total = await api<{ count: number }>('POST', '/v1/contacts/count', { filter: { combinator: 'and', rules: [] } })
  await page.locator(rows).first().waitFor()
  const grid = page.locator('#people')
  expect(Number(await grid.getAttribute('aria-rowcount'))).toBe(total.count + 1)
  await expect
    .poll(
      async () => {
        await grid.evaluate((e) => e.scrollTo(0, e.scrollHeight))
        return Math.max(...(await page.locator(rows).evaluateAll((all) => all.map((row) => Number(row.getAttribute('aria-rowindex'))))))
      },
      { timeout: 30_000, interval: 50 },
    )
    .toBeGreaterThan(2_000)
  const ids = await page.locator(rows).evaluateAll((all) => all.map((row) => row.id))
  expect(ids.length).toBeLessThan(120)
  expect(new Set(ids).size).toBe(ids.length)
  await closed(page)
})

test('10: all that match are as many as the API counts, and another facet selects nobody', async () => {
  const page = await visit('/find')
  await page.getByRole('region', { name: 'Facets' }).getByLabel('Customer', { exact: true }).first().check()
  const rule = { field: 'type', operator: 'in', value: ['customer'] }
  const { count } = await api<{ count: number }>('POST', '/v1/contacts/count', { filter: { combinator: 'and', rules: [rule] } })
  const said = count.toLocaleString('en-GB')
  await expect.poll(() => page.locator(status).innerText()).toContain(said)
  await page.getByLabel(/rows that are loaded/).check()
  await page.getByRole('button', { name: `Select all ${said} matching` }).click()
  await page.getByLabel(`${said} selected`).waitFor()
  await page.getByRole('region', { name: 'Facets' }).getByLabel('Lead', { exact: true }).first().check()
  await page.getByLabel(/rows that are loaded/).waitFor()
  expect(await page.locator('[role=row][aria-selected=true]').count()).toBe(0)
  await closed(page)
})
