import { expect, test } from 'vitest'
import { closed, faultsOf, settled, useBrowser, visit } from './browser'
import { cutTexts, sideways } from './checks'
import { placesOf } from './places'

useBrowser()

test('in Swahili no page lacks a text or cuts one at 360 px', async () => {
  const page = await visit('/settings', { language: 'sw', width: 360, height: 740 })
  await page.locator('[lang=sw] h1').waitFor()
  for (const { name, path, ready } of (await placesOf()).filter(({ stranger, empty, before, then }) => !stranger && !empty && !before && !then)) {
    // As a link within the console does: loading all of it again takes longer, and shows nothing more.
    await page.evaluate((to) => history.pushState({}, '', to), path)
    await expect.poll(() => page.evaluate(() => location.pathname + location.search)).toBe(path)
    await page.locator(ready).first().waitFor()
    await settled(page)
    const heading = await page.locator('h1').first().textContent()
    expect.soft(await page.title(), name).toBe(`${heading?.trim().replace(/\s+/g, ' ')} · Kundi`)
    expect.soft(await cutTexts(page), name).toEqual([])
    expect.soft(await sideways(page), name).toEqual([])
    expect.soft(faultsOf(page), name).toEqual([])
  }
  expect(await closed(page)).toEqual([])
})
