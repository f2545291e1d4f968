import type { Page } from 'playwright-core'
import { api } from './browser'
import { popupsAt, type Popup } from './popups'

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
  /** A segment with several snapshots and several people who were picked. */
  grown: string
  /** Somebody and a segment that nobody else knows of: they are changed while they are looked at. */
  ownContact: string
  ownSegment: string
}

/** placesOf are all pages, on records of the demo, and on some of their own. */
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
  const [ownContact, ownSegment, grown] = await Promise.all([makeContact(), makeSegment(), makeGrown(), makeColleague()])
  return placesAt({ person, double, company, otherCompany, segment, audience, snapshot, grown, ownContact, ownSegment })
}

/** makeContact makes somebody with a note. */
async function makeContact(): Promise<string> {
  const { id } = await api<Named>('POST', '/v1/contacts', { name: 'Places Otieno', city: 'Nairobi' })
  await api('POST', `/v1/contacts/${id}/notes`, { text: 'Prefers *morning* calls.' })
  return id
}

async function makeSegment(): Promise<string> {
  const filter = { combinator: 'and', rules: [{ field: 'country', operator: 'in', value: ['KE', 'TZ'] }] }
  return (await api<Named>('POST', '/v1/segments', { name: `Places ${crypto.randomUUID()}`, filter })).id
}

/** makeGrown makes a segment of picked people, with a snapshot after each of them. */
async function makeGrown(): Promise<string> {
  const { id } = await api<Named>('POST', '/v1/segments', { name: `Places grown ${crypto.randomUUID()}`, kind: 'static' })
  for (const name of ['Places Akinyi', 'Places Barasa', 'Places Chebet', 'Places Dalmas']) {
    const { id: member } = await api<Named>('POST', '/v1/contacts', { name })
    await api('POST', `/v1/segments/${id}/members`, { add: [member] })
    await api('POST', `/v1/segments/${id}/refresh`)
  }
  return id
}

/** makeColleague makes somebody who may sign in. */
async function makeColleague(): Promise<void> {
  await api('POST', '/v1/people', { name: 'Places Wekesa', email: `${crypto.randomUUID()}@example.org`, scope: 'agent' })
}

/** Some answers of the API, by the ends of their paths, each with what of the page is painted before it comes. */
type Late = Record<string, string>

/** The answers of the tabs of a segment that stand above something else, and of what stands below: nothing moves, whichever is last. */
const lateIn: Partial<Record<string, Late>> = {
  snapshots: { '/sizes': 'table' },
  schedule: { '/schedules/preview': 'h2', '/runs': 'form ul:not([aria-hidden=true]) li' },
}

const late = (answers: Late) => async (page: Page): Promise<void> => {
  for (const [end, painted] of Object.entries(answers)) {
    await page.route(({ pathname }) => pathname.endsWith(end), async (route) => {
      await page.locator(painted).first().waitFor()
      await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))))
      await route.continue()
    })
  }
}

function placesAt(records: Records): Place[] {
  const popups = popupsAt({ contact: records.ownContact, segment: records.ownSegment })
  return pagesAt(records).map((page) => ({ ...page, ...(popups[page.name] && { popups: popups[page.name] }) }))
}

function pagesAt({ person, double, company, otherCompany, segment, audience, snapshot, grown, ownContact, ownSegment }: Records): Place[] {
  const filter = encodeURIComponent(JSON.stringify(builtFilter))
  const at = { contact: `/contacts/${person}`, company: `/companies/${company}`, segment: `/segments/${segment}` }
  return [
    { name: 'sign-in', path: '/sign-in', ready: 'h1', stranger: true },
    { name: 'find', path: '/find', ready: rows },
    { name: 'find-words', path: '/find?q=cathrin+jonson', ready: `${rows} mark` },
    { name: 'find-picked', path: `/find?picks=${encodeURIComponent('{"type":{"is":["customer"]},"country":{"is":["KE"]}}')}`, ready: rows },
    { name: 'find-nobody', path: '/find?q=zzqxvwyykjj', ready: 'main [class*=empty]' },
    { name: 'first-run', path: '/find', ready: 'ol h3:visible', empty: true },
    { name: 'profile', path: at.contact, ready: '[data-field=name]' },
    { name: 'profile-own', path: `/contacts/${ownContact}?tab=notes`, ready: 'textarea' },
    { name: 'profile-conversations', path: `${at.contact}?tab=conversations`, ready: 'h1' },
    { name: 'profile-about', path: `${at.contact}?tab=about`, ready: 'h1' },
    { name: 'merge', path: `${at.contact}/merge?with=${double}`, ready: 'table' },
    { name: 'companies', path: '/companies', ready: '[role=row][id]' },
    { name: 'company', path: at.company, ready: '[data-field=name]' },
    { name: 'company-history', path: `${at.company}?tab=history`, ready: '[data-field=name]' },
    { name: 'company-merge', path: `${at.company}/merge?with=${otherCompany}`, ready: 'table' },
    { name: 'segments', path: '/segments', ready: '#segments-grid' },
    { name: 'builder-new', path: '/segments/new', ready: live },
    { name: 'builder', path: `/segments/new?filter=${filter}`, ready: live },
    { name: 'builder-edit', path: `/segments/${ownSegment}/edit`, ready: live },
    { name: 'segment', path: at.segment, ready: '[data-testid=live-count]' },
    ...['picks', 'snapshots', 'schedule', 'pull', 'events', 'history', 'details'].map((tab) => ({
      name: `segment-${tab}`, path: `${tab === 'picks' || tab === 'snapshots' ? `/segments/${grown}` : at.segment}?tab=${tab}`,
      ready: '[data-testid=live-count]', ...(lateIn[tab] && { before: late(lateIn[tab]) }),
    })),
    { name: 'snapshot', path: `${at.segment}/snapshots/${snapshot}`, ready: '#snapshot-people [role=row][id]' },
    { name: 'audience', path: `${at.segment}/audiences/${audience}`, ready: '#audience-people [role=row][id]' },
    { name: 'audience-held-back', path: `${at.segment}/audiences/${audience}?held=unreachable`, ready: 'main section [role=status]' },
    { name: 'attributes', path: '/attributes', ready: 'table' },
    { name: 'keys', path: '/keys', ready: 'table' },
    { name: 'people', path: '/people', ready: 'table' },
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

const anywhere = placesAt({ person: '', double: '', company: '', otherCompany: '', segment: '', audience: '', snapshot: 1, grown: '', ownContact: '', ownSegment: '' })

/** The names of all pages. */
export const names = anywhere.map(({ name }) => name)

/** The source files of all that opens over pages. */
export const drawn = anywhere.flatMap(({ popups = [] }) => popups.flatMap(({ of }) => of))
