import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { axe, closed, enter, faultsOf, settled, useBrowser } from './browser'
import { cutTexts, shiftOf, sideways } from './checks'
import { names, placesOf, popupNames, type Place } from './places'
import { startEmpty, type Server } from './server'

useBrowser()

const wide = { width: 1440, height: 900 }
const narrow = { width: 360, height: 740 }

let places: Place[]
let empty: Server
/** One tab serves all pages of a kind: signing in takes as long as a page. */
let tabs: { usual: Page; stranger: Page; empty: Page; swahili: Page }

beforeAll(async () => {
  places = await placesOf()
  empty = await startEmpty(inject('binary'))
  tabs = {
    usual: await enter(),
    stranger: await enter({ stranger: true }),
    empty: await enter({ server: empty }),
    swahili: await enter({ language: 'sw' }),
  }
})
afterAll(async () => {
  for (const page of Object.values(tabs)) await closed(page)
  await empty.stop()
})

const named = (name: string) => places.find((place) => place.name === name)!
const tabOf = (place: Place) => (place.stranger ? tabs.stranger : place.empty ? tabs.empty : tabs.usual)

async function open(page: Page, place: Place, size: typeof wide, scheme: 'light' | 'dark'): Promise<void> {
  await page.setViewportSize(size)
  await page.emulateMedia({ colorScheme: scheme })
  await place.before?.(page)
  await page.goto(place.path)
  await page.locator(place.ready).first().waitFor()
  await settled(page)
}

/** left undoes what a place needs before or after it is opened. */
async function left(page: Page): Promise<void> {
  await page.context().setOffline(false)
  await page.unrouteAll({ behavior: 'ignoreErrors' })
}

async function expectStill(page: Page, size: string): Promise<void> {
  const { sum, moved } = await shiftOf(page)
  expect(sum, `layout shift, ${size}: ${moved.join('; ')}`).toBeLessThan(0.02)
}

test.each(names)('20: %s', async (name) => {
  const place = named(name)
  const page = tabOf(place)
  try {
    await open(page, place, wide, 'light')
    await expectStill(page, '1440')
    await place.then?.(page)
    expect(await axe(page), 'axe, light, 1440').toEqual([])
    expect(await sideways(page), 'wider than 1440').toEqual([])
    await left(page)

    await open(page, place, narrow, 'dark')
    await expectStill(page, '360')
    await place.then?.(page)
    expect(await axe(page), 'axe, dark, 360').toEqual([])
    expect(await sideways(page), 'wider than 360').toEqual([])
    expect(faultsOf(page)).toEqual([])
  } finally {
    await left(page)
  }
})

test.each(popupNames)('20: %s: %s', async (name, popup) => {
  const place = named(name)
  const page = tabOf(place)
  await open(page, place, wide, 'light')
  await place.popups!.find((one) => one.name === popup)!.open(page)
  await settled(page)
  expect(await axe(page), 'axe, light').toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await axe(page, ['color-contrast']), 'axe, dark').toEqual([])
  expect(faultsOf(page)).toEqual([])
})

test('in Swahili no page lacks a text or cuts one at 360 px', async () => {
  const page = tabs.swahili
  for (const place of places.filter(({ stranger, empty, before, then }) => !stranger && !empty && !before && !then)) {
    await open(page, { ...place, ready: '[lang=sw] h1' }, narrow, 'light')
    const heading = await page.locator('h1').first().textContent()
    expect.soft(await page.title(), place.name).toBe(`${heading?.trim().replace(/\s+/g, ' ')} · Kundi`)
    expect.soft(await cutTexts(page), place.name).toEqual([])
    expect.soft(await sideways(page), place.name).toEqual([])
    expect.soft(faultsOf(page), place.name).toEqual([])
  }
})
