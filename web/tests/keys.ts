import type { Locator, Page } from 'playwright-core'
import { expect } from 'vitest'

/** How many controls a page may have before the one that is looked for. */
const most = 150

/** tabTo goes on with Tab until an element has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await target.first().waitFor()
  const passed: string[] = []
  for (let i = 0; i < most; i++) {
    if (await target.first().evaluate((element) => element === document.activeElement)) return
    await page.keyboard.press('Tab')
    passed.push(await page.evaluate(() => document.activeElement?.getAttribute('aria-label') ?? document.activeElement?.textContent?.slice(0, 30) ?? ''))
  }
  throw new Error(`Tab does not lead to ${target}, but to: ${passed.join(' | ')}`)
}

/** press goes to a control with Tab, and presses a key there. */
export async function press(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

/** toTab goes to a tab of the page: with Tab to the list of tabs, then with an arrow. */
export async function toTab(page: Page, name: string): Promise<void> {
  await tabTo(page, page.locator('[role=tab][tabindex="0"]'))
  const wanted = page.getByRole('tab', { name, exact: true })
  for (let i = 0; i < 10; i++) {
    if ((await wanted.getAttribute('aria-selected')) === 'true') return
    await page.keyboard.press('ArrowRight')
  }
  expect(await wanted.getAttribute('aria-selected')).toBe('true')
}


/** choose goes to an item of the menu that is open, with arrows, and chooses it. */
export async function choose(page: Page, item: Locator): Promise<void> {
  await item.waitFor()
  for (let i = 0; i < 12; i++) {
    if (await item.evaluate((element) => element === document.activeElement)) break
    await page.keyboard.press('ArrowDown')
  }
  await page.keyboard.press('Enter')
}
