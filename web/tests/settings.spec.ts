import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { api, axe, closed, useBrowser, visit } from './browser'
import { startEmpty, type Server } from './server'

useBrowser()

type Settings = Record<'time_zone' | 'week_start' | 'currency' | 'reopen_within', string> & { phone_region: string | null }

// The settings of the demo are those of all tests.
let server: Server
const read = () => api<Settings>('GET', '/v1/settings', undefined, server)
beforeAll(async () => {
  server = await startEmpty(inject('binary'))
})
afterAll(() => server.stop())

test('zone, first day of the week, currency and phone region are changed, each in three clicks', async () => {
  const page = await visit('/settings', { server })
  const pick = async (label: string, typed: string, option: string) => {
    const box = page.getByRole('combobox', { name: label })
    await box.click()
    if (typed) await box.fill(typed)
    await page.getByRole('option', { name: option, exact: true }).click()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
  }
  await pick('Time zone', 'Nairobi', 'Africa/Nairobi')
  await expect.poll(async () => (await read()).time_zone).toBe('Africa/Nairobi')
  await pick('First day of the week', '', 'Sunday')
  await expect.poll(async () => (await read()).week_start).toBe('sunday')
  await pick('Phone region', 'Kenya', 'Kenya (KE)')
  await expect.poll(async () => (await read()).phone_region).toBe('KE')
  const currency = page.getByLabel('Currency')
  await currency.fill('KES')
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await read()).currency).toBe('KES')

  // A duration is a number and its unit.
  const within = page.getByLabel('Reopen conversations within', { exact: true })
  await within.fill('3')
  await page.getByLabel('Unit: Reopen conversations within').selectOption('weeks')
  await within.press('Enter')
  await expect.poll(async () => (await read()).reopen_within).toBe('P3W')

  // What the server refuses is said at the field, and stays as it was typed.
  await currency.fill('shillings')
  await page.keyboard.press('Enter')
  await expect.poll(() => currency.getAttribute('aria-invalid')).toBe('true')
  expect(await currency.inputValue()).toBe('shillings')
  expect(await axe(page)).toEqual([])
  await page.getByRole('button', { name: 'Cancel' }).click()
  expect(await currency.inputValue()).toBe('KES')
  expect(await closed(page)).toEqual([])
})
