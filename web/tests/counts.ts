import type { Page } from 'playwright-core'
import { expect } from 'vitest'
import { api } from './browser'

const live = '[data-testid=live-count]'

/** counted is the number that the builder shows, once it is that of what is built now. */
export async function counted(page: Page): Promise<number> {
  await page.waitForSelector(`${live}[data-old=false]`)
  return Number((await page.locator(live).innerText()).replaceAll(/\D/g, ''))
}

/**
 * expectCount waits until the builder counts what the API counts. The demo may still be writing, and the builder counts
 * again when somebody comes back to its tab.
 */
export async function expectCount(page: Page, filter: unknown): Promise<void> {
  await expect
    .poll(
      async () => {
        await page.evaluate(() => window.dispatchEvent(new Event('visibilitychange')))
        const { count } = await api<{ count: number }>('POST', '/v1/contacts/count', { filter })
        return (await counted(page)) - count
      },
      { timeout: 90_000 },
    )
    .toBe(0)
}
