import { afterAll, beforeAll, expect, test } from 'vitest'
import { api, axe, closed, demo, signInPerson, useBrowser, visit, type Person } from './browser'
import { expectTwoLines } from './checks'
import { edit, row, saved } from './fields'

useBrowser()

interface Company {
  id: string
  name: string
  domains: string[]
  city?: string
  labels: string[]
  contacts_count?: number
}

let count = 0
const run = Date.now().toString(36)
const named = (word: string) => `${word} ${run} ${++count}`
const make = (more: object = {}) => api<Company>('POST', '/v1/companies', { name: named('Maji'), ...more })
const read = (id: string) => api<Company>('GET', `/v1/companies/${id}`)
const rows = '#companies [role=row][id]'

// What a person writes has the badge of an agent.
let person: Person
beforeAll(async () => {
  person = await signInPerson(`Tester of companies ${run}`)
})
afterAll(async () => {
  await api('DELETE', `/v1/people/${person.id}`)
})

test('a list is narrowed by words and facets, kept over a reload, and left and found again', async () => {
  const page = await visit('/companies')
  await page.locator(rows).first().waitFor()
  const status = page.getByRole('status', { name: 'Matching companies' })
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Find a company')
  await page.keyboard.type('travel')
  await page.waitForURL(/q=travel/)
  await page.getByRole('region', { name: 'Facets' }).getByRole('region', { name: 'Country' }).getByRole('checkbox').first().check()
  await page.waitForURL(/picks=/)
  const picks = JSON.parse(new URL(page.url()).searchParams.get('picks')!) as { country: { is: string[] } }
  const rules = [{ field: 'country', operator: 'in', value: picks.country.is }]
  const { total } = await api<{ total: { value: number } }>('POST', '/v1/companies/search', { query: 'travel', filter: { combinator: 'and', rules } })
  await expect.poll(() => status.innerText()).toContain(`${total.value} `)

  await page.reload()
  await expect.poll(() => status.innerText()).toContain(`${total.value} `)
  await page.getByRole('combobox', { name: 'Find a company' }).focus()
  await page.keyboard.press('ArrowDown')
  const active = page.locator('[role=row][data-active=true] a')
  const name = await active.innerText()
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name, exact: true }).waitFor()
  await page.keyboard.press('Escape')
  await page.waitForURL(/\/companies\?/)
  await expect.poll(() => active.innerText()).toBe(name)
  expect(await closed(page)).toEqual([])
})

test('a company is made, edited in place, and deleted by its name', async () => {
  const holder = await make({ domains: [`taken-${run}.example`] })
  const name = named('Kisima')
  const page = await visit('/companies', { session: person.session })
  await page.locator(rows).first().waitFor()
  await page.keyboard.type(name)
  await page.getByRole('button', { name: 'New company' }).click() // with what was typed as its name
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Domain').fill(holder.domains[0]!)
  await page.keyboard.press('Enter')
  await dialog.getByText(holder.name).waitFor() // who has the domain
  expect(await axe(page)).toEqual([])
  await dialog.getByLabel('Domain').fill(`kisima-${run}.example`)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name }).waitFor()
  const id = new URL(page.url()).pathname.split('/').pop()!

  await edit(page, 'city')
  await page.keyboard.type('Kisumu')
  await page.keyboard.press('Enter')
  await edit(page, 'labels')
  await page.keyboard.type('key account')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  await edit(page, 'attributes.employees')
  await page.keyboard.type('12')
  await page.keyboard.press('Enter')
  for (const field of ['city', 'labels', 'attributes.employees']) await saved(page, field)
  expect(await read(id)).toMatchObject({ city: 'Kisumu', labels: ['key account'], attributes: { employees: 12 } })

  await edit(page, 'domains')
  await page.keyboard.type(holder.domains[0]!)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Control+Enter')
  const alert = row(page, 'domains').getByRole('alert')
  await alert.getByText(holder.name).waitFor()
  expect(await alert.getByRole('link', { name: 'Merge the two' }).getAttribute('href')).toContain(holder.id)
  await row(page, 'domains').getByRole('button', { name: 'Cancel' }).click()

  await page.getByRole('tab', { name: 'History' }).click()
  await page.getByText('Company made').waitFor()
  await page.getByRole('button', { name: 'Delete' }).click()
  const remove = dialog.getByRole('button', { name: 'Delete' })
  expect(await remove.isDisabled()).toBe(true)
  await page.keyboard.type(name)
  await page.keyboard.press('Enter')
  await page.waitForURL(/\/companies$/)
  const gone = await fetch(`${demo.address}/v1/companies/${id}`, { headers: { Authorization: `Bearer ${demo.key}` } })
  expect(gone.status).toBe(404)
  expect(await closed(page)).toEqual([])
})

test('a field that somebody else changed shows three values; another one is saved without asking', async () => {
  const { id } = await make({ city: 'Nairobi', country: 'KE' })
  const page = await visit(`/companies/${id}`)
  await edit(page, 'city')
  await page.keyboard.type('Mombasa')
  await api('PATCH', `/v1/companies/${id}`, { city: 'Kisumu' })
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: 'Changed elsewhere' })
  await dialog.waitFor()
  const said = await dialog.innerText()
  for (const value of ['Nairobi', 'Kisumu', 'Mombasa']) expect(said).toContain(value)
  await dialog.getByRole('button', { name: 'Save yours' }).click()
  await expect.poll(async () => (await read(id)).city).toBe('Mombasa')

  const name = named('Renamed')
  await edit(page, 'name')
  await page.keyboard.type(name)
  await api('PATCH', `/v1/companies/${id}`, { identifier: run })
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { level: 1, name }).waitFor()
  await expect.poll(async () => (await read(id)).name).toBe(name)
  expect(await dialog.count()).toBe(0)
  expect(await closed(page)).toEqual([])
})

test('the preview of a merge is what becomes of it, and undoing names a later merge', async () => {
  const [stays, gone, later] = [
    await make({ city: 'Nairobi', labels: ['a'], domains: [`one-${run}.example`] }),
    await make({ name: named('Chemchemi'), city: 'Kisumu', labels: ['b'], domains: [`two-${run}.example`] }),
    await make({ name: named('Later') }),
  ]
  await api('POST', '/v1/contacts', { name: `Amina ${run}`, company_id: gone.id })
  const page = await visit(`/companies/${stays.id}`)
  await page.getByRole('heading', { level: 1, name: stays.name }).waitFor()
  await page.keyboard.press('m')
  await page.getByRole('dialog').getByLabel('Find a company').fill(gone.name)
  await page.getByRole('option', { name: new RegExp(gone.name) }).click()
  await page.keyboard.press('Enter')
  await page.waitForURL(new RegExp(`/merge\\?with=${gone.id}`))
  await page.getByText('1 person of the other company').waitFor()
  await page.getByRole('radio', { name: /^Take “Kisumu”/ }).check()
  const shown = async (field: string) => (await page.locator(`tr[data-field="${field}"] td`).last().innerText()).split('\n')[0]
  await expect.poll(() => shown('city')).toBe('Kisumu')
  const preview = { domains: await shown('domains'), labels: await shown('labels') }
  expect(await axe(page)).toEqual([])
  await page.keyboard.press('Control+Enter')
  await page.waitForURL(new RegExp(`/companies/${stays.id}$`))
  const merged = await read(stays.id)
  expect(merged.city).toBe('Kisumu')
  expect(preview).toEqual({ domains: merged.domains.join(', '), labels: merged.labels.join(', ') })

  await api('POST', `/v1/companies/${stays.id}/merge`, { company_id: later.id })
  await page.getByRole('button', { name: 'Undo', exact: true }).first().click()
  await page.getByRole('button', { name: `Undo the merge with “${later.name}” first` }).click()
  await expect.poll(async () => (await read(later.id)).id).toBe(later.id)
  await page.getByRole('button', { name: `Undo the merge with ${gone.name}` }).click()
  await expect.poll(async () => (await read(gone.id)).id).toBe(gone.id)
  expect(await read(stays.id)).toMatchObject({ city: 'Nairobi', labels: ['a'] })
  expect(await closed(page)).toEqual([])
})

test('a session that ends in the middle of an edit, and a server that is down, lose nothing', async () => {
  const { id } = await make()
  const page = await visit(`/companies/${id}`)
  await edit(page, 'city')
  await page.keyboard.type('Eldoret')
  await page.context().clearCookies()
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel('Key').fill(demo.key)
  await page.keyboard.press('Enter')
  await expect.poll(async () => (await read(id)).city).toBe('Eldoret')

  await page.route('**/v1/**', (route) => route.abort('connectionrefused'))
  await edit(page, 'city')
  await page.keyboard.type('Nakuru')
  await page.keyboard.press('Enter')
  await row(page, 'city').getByText('Not saved yet').waitFor()
  await page.unroute('**/v1/**')
  await expect.poll(async () => (await read(id)).city, { timeout: 15_000 }).toBe('Nakuru')
  await page.route('**/v1/companies/search', (route) => route.abort('connectionrefused'))
  await page.keyboard.press('g')
  await page.keyboard.press('c')
  await page.getByRole('alert').getByRole('button', { name: 'Try again' }).first().waitFor()
  expect(await page.locator(rows).count()).toBe(0)
  expect(await closed(page)).toEqual([])
})

test('names of HTML, from right to left, and of 200 letters do no harm', async () => {
  const names = [`<img src=x onerror=alert(1)> ${run}`, `أمينة للتجارة ${run}`, `${'A'.repeat(200)} ${run}`]
  for (const name of names) {
    const { id } = await make({ name })
    const page = await visit(`/companies/${id}`, { width: 360, height: 800 })
    expect(await page.locator('h1').innerText()).toBe(name)
    await page.getByRole('button', { name: 'Delete' }).click()
    await page.getByRole('dialog').getByText('Type the name').waitFor()
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    expect(await page.locator('main').evaluate((e) => e.scrollWidth - e.clientWidth)).toBeLessThanOrEqual(0)
    expect(await closed(page)).toEqual([])
  }
})

test('on a phone a company has its name and a second line below it, and a tap on either opens it', async () => {
  const domain = `phone-${run}.example`
  const { id, name } = await make({ domains: [domain], country: 'KE' })
  const page = await visit(`/companies?q=${encodeURIComponent(name)}`, { width: 360, height: 740 })
  await expectTwoLines(page, page.locator(rows).filter({ hasText: name }), name, [domain, 'Kenya', /^0$/])
  await page.getByRole('gridcell', { name: domain }).click()
  await page.waitForURL(new RegExp(`/companies/${id}$`))
  await page.goBack()
  await page.getByRole('link', { name }).click()
  await page.waitForURL(new RegExp(`/companies/${id}$`))
  expect(await closed(page)).toEqual([])
})
