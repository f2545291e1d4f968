import type { Page } from 'playwright-core'

/** row is a field of the page of a record. */
export const row = (page: Page, field: string) => page.locator(`[data-field="${field}"]`)

/** edit opens a field with the keyboard and puts the focus into its control. */
export async function edit(page: Page, field: string): Promise<void> {
  const value = row(page, field).getByRole('button', { name: /^Edit / })
  await value.focus()
  await page.keyboard.press('Enter')
  await value.waitFor({ state: 'detached' })
}

/** saved waits until the server has a field. */
export const saved = (page: Page, field: string) =>
  row(page, field).getByTestId('source-badge').filter({ hasText: 'Agent' }).waitFor()
