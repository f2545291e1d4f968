import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { axe, closed, useBrowser, visit } from './browser'
import { startEmpty, type Server } from './server'

useBrowser()

let server: Server
beforeAll(async () => {
  server = await startEmpty(inject('binary'))
})
afterAll(async () => {
  await server.stop()
})

test('where nobody is, Find leads to the first people', async () => {
  const page = await visit('/find', { server, scheme: 'dark', width: 360 })
  await page.getByRole('heading', { name: 'There is nobody here yet' }).waitFor()
  await page.getByText('kundi import people.csv', { exact: true }).waitFor()
  expect(await axe(page)).toEqual([])
  expect(await page.locator('main').evaluate((e) => e.scrollWidth - e.clientWidth)).toBeLessThanOrEqual(0)
  expect(await closed(page)).toEqual([])
})

test('other pages say that they are empty', async () => {
  const page = await visit('/companies', { server })
  await page.getByText('There are no companies yet').waitFor()
  expect(await axe(page)).toEqual([])
  await page.goto('/attributes')
  await page.getByText('There are no attributes yet').waitFor()
  await page.goto('/people')
  await page.getByText('Nobody is invited yet').waitFor()
  expect(await closed(page)).toEqual([])
})

test('one person is made by hand, and Find has them', async () => {
  const page = await visit('/find', { server })
  await page.getByLabel('Name, e-mail or phone number').fill('Amina Otieno')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name: 'Amina Otieno' }).waitFor()
  await page.goto('/find')
  await page.locator('#people [role=row][id]').filter({ hasText: 'Amina Otieno' }).waitFor()
  expect(await page.getByText('There is nobody here yet').count()).toBe(0)
  expect(await closed(page)).toEqual([])
})
