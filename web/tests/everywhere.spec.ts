import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { axe, closed, enter, faultsOf, settled, useBrowser } from './browser'
import { expectStill, sideways } from './checks'
import { drawn, names, placesOf, type Place } from './places'
import { closePopups, layers, madeElsewhere, type Popup } from './popups'
import { startEmpty, type Server } from './server'

useBrowser()

const wide = { width: 1440, height: 900 }
const narrow = { width: 360, height: 740 }

let places: Place[]
let empty: Server
/** One tab serves all pages of a kind: a new one has to read all of the console's programs again. */
let tabs: { usual: Page; stranger: Page; empty: Page }

beforeAll(async () => {
  ;[places, empty] = await Promise.all([placesOf(), startEmpty(inject('binary'))])
  tabs = { usual: await enter(), stranger: await enter({ stranger: true }), empty: await enter({ server: empty }) }
})
afterAll(async () => {
  for (const page of Object.values(tabs)) await closed(page)
  await empty.stop()
})

const tabOf = (place: Place) => (place.stranger ? tabs.stranger : place.empty ? tabs.empty : tabs.usual)

async function open(page: Page, place: Place, size: typeof wide, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme })
  await place.before?.(page)
  await page.goto(place.path)
  await page.locator(place.ready).first().waitFor()
  await settled(page)
  await expectStill(page, `${size.width}`)
  await place.then?.(page)
}

/** left undoes what a place needs before or after it is opened. */
async function left(page: Page): Promise<void> {
  await page.context().setOffline(false)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
}

/** expectSlash presses / where nobody types: it leads to the search box. */
async function expectSlash(page: Page): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur())
  await page.keyboard.press('/')
  await expect.poll(() => page.evaluate(() => document.activeElement?.id), { message: 'what / leads to' }).toBe('search-people')
}

/** expectFit opens a popup over a page, and closes it. */
async function expectFit(page: Page, popup: Popup): Promise<void> {
  await popup.open(page)
  if (!popup.stays) await settled(page) // else the page below waits for an answer
  // A list to choose from is scrolled by the arrows of its box, which has the focus. The rule does not know that.
  const listed = (await page.locator('[role=dialog]:visible, [role=menu]:visible').count()) === 0
  expect(await axe(page, { within: layers, without: listed ? ['scrollable-region-focusable'] : [] }), `axe, light: ${popup.name}`).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await axe(page, { within: layers, rules: ['color-contrast'] }), `axe, dark: ${popup.name}`).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
  if (popup.stays) return
  await closePopups(page)
  await expect.poll(() => page.evaluate(() => document.activeElement !== document.body), { message: `the focus after ${popup.name}` }).toBe(true)
}

test.each(names)('20: %s', async (name) => {
  const place = places.find((one) => one.name === name)!
  const page = tabOf(place)
  try {
    await open(page, place, narrow, 'dark')
    expect(await axe(page), 'axe, dark, 360').toEqual([])
    expect(await sideways(page), 'wider than 360').toEqual([])
    await left(page)

    await open(page, place, wide, 'light')
    expect(await axe(page), 'axe, light, 1440').toEqual([])
    expect(await sideways(page), 'wider than 1440').toEqual([])
    if (!place.stranger && name !== 'not-found') await expectSlash(page)
    for (const popup of place.popups ?? []) await expectFit(page, popup)
    expect(faultsOf(page)).toEqual([])
  } finally {
    await left(page)
    await page.evaluate(() => sessionStorage.clear()) // drafts
  }
})

test('20: each dialog, drawer, menu and list of the sources is opened by one of these tests', () => {
  const folder = join(import.meta.dirname, '../src')
  const layer = /<(Modal|Drawer|Menu|Popover|HoverCard|Combobox|Select|MultiSelect|Autocomplete|DeleteDialog|CopyDialog|KeyList|SecretOnce)\s/
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.tsx$/.test(file) && layer.test(readFileSync(join(folder, file), 'utf8')))
  expect([...drawn, ...Object.keys(madeElsewhere)].sort()).toEqual(sources.sort())
})
