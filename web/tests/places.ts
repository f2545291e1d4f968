import type { Page } from 'playwright-core'
import { api } from './browser'

/** Something that opens over a page: a menu, a dialog, a drawer. */
export interface Popup {
  name: string
  open: (page: Page) => Promise<void>
}

/** A page of the console, as the pictures and the checks of every page look at it. */
export interface Place {
  name: string
  path: string
  /** What is there when the page has come. */
  ready: string
  /** Seen by whoever has not signed in. */
  stranger?: boolean
  /** Of a store in which nobody is. */
  empty?: boolean
  /** What is done before the page is opened, and when it is there. */
  before?: (page: Page) => Promise<void>
  then?: (page: Page) => Promise<void>
  popups?: Popup[]
}

interface Named {
  id: string
  name?: string
}

const press = (name: string | RegExp) => async (page: Page) => {
  await page.getByRole('button', { name }).first().click()
}

/** dialog opens a dialog by its button. */
const dialog = (name: string | RegExp) => async (page: Page) => {
  await press(name)(page)
  await page.getByRole('dialog').first().waitFor()
}

/** menu opens a menu by its button. */
const menu = (name: string | RegExp) => async (page: Page) => {
  await press(name)(page)
  await page.getByRole('menu').first().waitFor()
}

/** faulty makes every search fail. */
async function faulty(page: Page): Promise<void> {
  await page.route('**/v1/contacts/search', (route) =>
    route.fulfill({
      status: 500,
      headers: { 'Content-Type': 'application/problem+json', 'Request-Id': 'r-4711' },
      body: JSON.stringify({ type: 'internal', title: 'Internal error', status: 500, detail: 'It failed. The server wrote the reason into its log.' }),
    }),
  )
}

/** A filter with each kind of rule: a choice, dates, groups in groups, what is related. */
export const builtFilter = {
  combinator: 'and',
  rules: [
    { field: 'country', operator: 'in', value: ['KE', 'TZ', 'UG'] },
    { field: 'attributes.mrr', operator: 'gte', value: 50 },
    {
      combinator: 'or',
      rules: [
        { field: 'last_seen_at', operator: 'within_last', value: 'P90D' },
        { field: 'labels', operator: 'none_of', value: ['churn-risk'] },
        {
          field: 'conversations', operator: 'count_gte', value: 1,
          where: { combinator: 'and', rules: [{ field: 'channel', operator: 'in', value: ['whatsapp'] }] },
        },
      ],
    },
  ],
}

const rows = '#people [role=row][id]'
const live = '[data-testid=live-count][data-old=false]'

/** The records of the demo that the pages are about, by their ids. */
interface Records {
  person: string
  double: string
  company: string
  otherCompany: string
  segment: string
  audience: string
  snapshot: number
}

/** placesOf are all pages, on records of the demo. */
export async function placesOf(): Promise<Place[]> {
  const found = await api<{ hits: { contact: Named }[] }>('GET', '/v1/contacts/search?q=cathrin+jonson&limit=2')
  const { companies } = await api<{ companies: Named[] }>('GET', '/v1/companies?sort=-contacts_count&limit=2')
  const { segments } = await api<{ segments: (Named & { schedule?: object })[] }>('GET', '/v1/segments')
  const [person, double] = found.hits.map(({ contact }) => contact.id)
  const [company, otherCompany] = companies.map(({ id }) => id)
  const segment = segments.find(({ schedule }) => schedule)?.id
  if (!person || !double || !company || !otherCompany || !segment) throw new Error('the demo lacks the records that the pages are about')
  const { id: audience, snapshot } = await api<{ id: string; snapshot: number }>('POST', '/v1/audiences', {
    segment_id: segment, campaign: `places ${crypto.randomUUID().slice(0, 8)}`, channel: 'email', split: [{ name: 'A', percent: 90 }],
  })
  return placesAt({ person, double, company, otherCompany, segment, audience, snapshot })
}

function placesAt({ person, double, company, otherCompany, segment, audience, snapshot }: Records): Place[] {
  const filter = encodeURIComponent(JSON.stringify(builtFilter))
  const at = { contact: `/contacts/${person}`, company: `/companies/${company}`, segment: `/segments/${segment}` }
  return [
    { name: 'sign-in', path: '/sign-in', ready: 'h1', stranger: true },
    {
      name: 'find', path: '/find', ready: rows,
      popups: [
        { name: 'columns', open: dialog('Columns') },
        { name: 'account', open: menu(/^Your account/) },
        {
          name: 'keys',
          open: async (page) => {
            await page.locator('#people').focus()
            await page.keyboard.press('?')
            await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
          },
        },
      ],
    },
    { name: 'find-words', path: '/find?q=cathrin+jonson', ready: `${rows} mark` },
    {
      name: 'find-picked', path: `/find?picks=${encodeURIComponent('{"type":{"is":["customer"]},"country":{"is":["KE"]}}')}`, ready: rows,
      popups: [{ name: 'save-as-segment', open: dialog('Save as segment') }],
    },
    { name: 'find-nobody', path: '/find?q=zzqxvwyykjj', ready: 'text=Nobody is found' },
    { name: 'first-run', path: '/find', ready: 'ol h3:visible', empty: true },
    {
      name: 'profile', path: at.contact, ready: '[data-field=name]',
      popups: [
        { name: 'block', open: dialog('Block') },
        { name: 'merge', open: dialog('Merge…') },
        { name: 'source', open: async (page) => page.getByTestId('source-badge').first().click() },
      ],
    },
    { name: 'profile-notes', path: `${at.contact}?tab=notes`, ready: 'textarea' },
    { name: 'profile-conversations', path: `${at.contact}?tab=conversations`, ready: 'h1' },
    { name: 'profile-about', path: `${at.contact}?tab=about`, ready: 'h1' },
    { name: 'merge', path: `${at.contact}/merge?with=${double}`, ready: 'table' },
    { name: 'companies', path: '/companies', ready: '[role=row][id]', popups: [{ name: 'new', open: dialog('New company') }] },
    {
      name: 'company', path: at.company, ready: '[data-field=name]',
      popups: [{ name: 'merge', open: dialog('Merge…') }, { name: 'delete', open: dialog('Delete') }],
    },
    { name: 'company-history', path: `${at.company}?tab=history`, ready: '[data-field=name]' },
    { name: 'company-merge', path: `${at.company}/merge?with=${otherCompany}`, ready: 'table' },
    { name: 'segments', path: '/segments', ready: '#segments-grid' },
    {
      name: 'builder-new', path: '/segments/new', ready: live,
      popups: [
        { name: 'keys', open: dialog('Keys of the builder') },
        { name: 'more', open: menu('Copy or edit as text') },
      ],
    },
    {
      name: 'builder', path: `/segments/new?filter=${filter}`, ready: live,
      popups: [{ name: 'row', open: menu(/^Menu, rule 1/) }],
    },
    { name: 'segment', path: at.segment, ready: '[data-testid=live-count]', popups: [{ name: 'more', open: menu('More') }] },
    ...['picks', 'snapshots', 'schedule', 'pull', 'events', 'history', 'details'].map((tab) => ({
      name: `segment-${tab}`, path: `${at.segment}?tab=${tab}`, ready: '[data-testid=live-count]',
    })),
    { name: 'snapshot', path: `${at.segment}/snapshots/${snapshot}`, ready: '#snapshot-people [role=row][id]' },
    {
      name: 'audience', path: `${at.segment}/audiences/${audience}`, ready: '#audience-people [role=row][id]',
      popups: [{ name: 'confirming', open: dialog('How a campaign confirms') }],
    },
    { name: 'audience-held-back', path: `${at.segment}/audiences/${audience}?held=unreachable`, ready: '[aria-label="People of the audience"] [role=status]' },
    {
      name: 'attributes', path: '/attributes', ready: 'table',
      popups: [
        { name: 'new', open: dialog('Define an attribute') },
        { name: 'change', open: async (page) => page.locator('tbody button').first().click() },
      ],
    },
    { name: 'keys', path: '/keys', ready: 'table', popups: [{ name: 'make', open: dialog('Make a key') }] },
    { name: 'people', path: '/people', ready: 'table', popups: [{ name: 'invite', open: dialog('Invite somebody') }] },
    { name: 'settings', path: '/settings', ready: 'form' },
    { name: 'not-found', path: '/nothing-here', ready: 'h1' },
    {
      name: 'offline', path: '/segments', ready: '#segments-grid',
      then: async (page) => {
        await page.context().setOffline(true)
        await page.getByText('There is no connection').waitFor()
      },
    },
    { name: 'faulty', path: '/find', ready: '[role=alert]:visible', before: faulty },
  ]
}

const anywhere = placesAt({ person: '', double: '', company: '', otherCompany: '', segment: '', audience: '', snapshot: 1 })

/** The names of all pages, and those of what opens over them. */
export const names = anywhere.map(({ name }) => name)
export const popupNames = anywhere.flatMap(({ name, popups = [] }) => popups.map((popup): [string, string] => [name, popup.name]))
