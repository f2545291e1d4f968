import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, inject, test } from 'vitest'
import { closed, enter, settled, useBrowser } from '../browser'
import { names, placesOf, type Place } from '../places'
import { startEmpty, type Server } from '../server'

useBrowser()

const folder = join(import.meta.dirname, '../../pictures')
const sizes = [[360, 740], [1440, 900], [2560, 1440]] as const

let places: Place[]
let empty: Server

beforeAll(async () => {
  mkdirSync(folder, { recursive: true })
  places = await placesOf()
  empty = await startEmpty(inject('binary'))
})
afterAll(() => empty.stop())

/** both takes a picture in light and one in dark. */
async function both(page: Page, name: string): Promise<void> {
  for (const scheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme: scheme })
    await page.screenshot({ path: join(folder, `${name}-${scheme}.png`), animations: 'disabled' })
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

test.each(names)('%s', async (name) => {
  const place = places.find((one) => one.name === name)!
  for (const [width, height] of sizes) {
    const page = await enter({ width, height, stranger: place.stranger ?? false, ...(place.empty && { server: empty }) })
    await place.before?.(page)
    await page.goto(place.path)
    await page.locator(place.ready).first().waitFor()
    await settled(page)
    await place.then?.(page)
    await both(page, `${name}-${width}`)
    for (const popup of width === 1440 ? (place.popups ?? []) : []) {
      await page.goto(place.path)
      await page.locator(place.ready).first().waitFor()
      await settled(page)
      await popup.open(page)
      if (!popup.stays) await settled(page) // what lies below such a dialog waits for it
      await both(page, `${name}--${popup.name}-${width}`)
    }
    await closed(page)
  }
})
