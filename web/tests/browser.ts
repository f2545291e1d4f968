import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject } from 'vitest'

// Debian's chromium. The flags keep it from asking its maker for anything.
const flags = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]

/** The address, the key of scope admin and the one-time link of the demo. */
export const demo = { address: inject('address'), key: inject('key'), link: inject('link') }

/** How a page is opened: 1440 by 900 and light, unless it says otherwise. */
export interface Look {
  width?: number
  height?: number
  scheme?: 'light' | 'dark'
  /** Leave out signing in. */
  stranger?: boolean
  language?: 'en-GB' | 'sw'
  /** Another server than the demo. */
  server?: { address: string; key: string }
  /** The cookie of a session, as signInPerson gives it; else that of the server's key. */
  session?: string
  /** A session that no other visit has: this one will be ended. */
  alone?: boolean
  /** A browser that refuses to store anything. */
  forgetful?: boolean
}

let browser: Browser
const open: { context: BrowserContext; faults: string[]; waiting: Set<Request> }[] = []

/** Where pictures of failed tests go. */
const pictures = join(tmpdir(), 'kundi-console-failures')

/** tell prints what a page showed when a test failed, and the path of a picture of it. */
async function tell(page: Page, test: string): Promise<void> {
  mkdirSync(pictures, { recursive: true })
  const path = join(pictures, `${test.replace(/\W+/g, '-')}-${Date.now()}.png`)
  await page.screenshot({ path }).catch(() => undefined)
  const text = await page.locator('body').innerText({ timeout: 2_000 }).catch(() => '')
  console.error(`FAILED ${test}\n  at ${page.url()}\n  see ${path}\n${text.slice(0, 2_000).replace(/^/gm, '  | ')}`)
}

/** useBrowser starts one browser for the tests of a file, and closes it after them. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(), args: flags })
  })
  let before = 0
  beforeEach(() => {
    before = open.length
  })
  afterEach(async ({ task }) => {
    if (task.result?.state !== 'fail') return
    for (const { context } of open) for (const page of context.pages()) await tell(page, task.name)
    // What the test has left open, nobody closes but this. Other tabs are those of the whole file.
    for (const { context } of open.splice(before)) await context.close()
  })
  afterAll(async () => {
    await browser.close()
  })
}

/**
 * enter opens an empty tab as somebody who has signed in. What a page logs as an error, what its policy refuses, and what
 * it asks of others than the server is kept: faultsOf and closed tell it.
 */
export async function enter(look: Look = {}): Promise<Page> {
  const { address, key } = look.server ?? demo
  const context = await browser.newContext({
    baseURL: address,
    viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
    colorScheme: look.scheme ?? 'light',
    reducedMotion: 'reduce',
    locale: look.language ?? 'en-GB',
  })
  const faults: string[] = []
  const waiting = new Set<Request>()
  open.push({ context, faults, waiting })
  if (look.forgetful) await context.addInitScript(refuseStorage)
  if (!look.stranger) {
    const session = look.session ?? (look.alone ? await signIn(address, { key }) : await sessionOf(address, key))
    await context.addCookies([{ url: address, ...cookieOf(session), httpOnly: true, sameSite: 'Strict' }])
  }
  const page = await context.newPage()
  page.on('pageerror', (cause) => faults.push(`thrown: ${cause.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy|missing text/.test(message.text())) faults.push(message.text())
  })
  page.on('request', (request) => {
    waiting.add(request)
    const url = new URL(request.url())
    if (url.origin !== address && url.protocol !== 'blob:') faults.push(`asked ${url.origin}`)
  })
  const answered = (request: Request) => waiting.delete(request)
  page.on('requestfinished', answered)
  page.on('requestfailed', answered)
  return page
}

/** visit opens a page as somebody who has signed in, as enter does. */
export async function visit(path: string, look: Look = {}): Promise<Page> {
  const page = await enter(look)
  await page.goto(path)
  // Find takes the caret when it is ready. What somebody types before goes nowhere, on every page of the web.
  if (path.startsWith('/find')) await page.waitForFunction(() => document.activeElement?.id === 'search-people')
  return page
}

const visitOf = (page: Page) => open.find(({ context }) => context === page.context())

/** faultsOf says what was wrong in a visit so far, and forgets it. */
export function faultsOf(page: Page): string[] {
  return visitOf(page)?.faults.splice(0) ?? []
}

/** settled waits until a page asks for nothing and shows nothing that stands in for an answer. */
export async function settled(page: Page): Promise<void> {
  let seen = 0 // once may be between two parts of a page
  await expect
    .poll(
      async () => {
        const asks = (visitOf(page)?.waiting.size ?? 0) > 0
        const waits = await page.evaluate(async () => {
          await new Promise((painted) => requestAnimationFrame(() => requestAnimationFrame(painted)))
          return document.querySelector('.mantine-Skeleton-root, .mantine-Loader-root, [aria-busy=true]') !== null
        })
        seen = asks || waits ? 0 : seen + 1
        return seen
      },
      { timeout: 60_000, interval: 30 },
    )
    .toBeGreaterThan(2)
}

function refuseStorage(): void {
  for (const name of ['localStorage', 'sessionStorage']) {
    Object.defineProperty(window, name, {
      get: () => {
        throw new DOMException('Storage is not allowed here.', 'SecurityError')
      },
    })
  }
}

const cookieOf = (session: string) => ({ name: session.slice(0, session.indexOf('=')), value: session.slice(session.indexOf('=') + 1) })

/** Person is somebody who has signed in, and the cookie of that. */
export interface Person {
  id: string
  session: string
}

/** signInPerson makes somebody who may sign in, and signs them in. What they write is written by a person, not by a key. */
export async function signInPerson(name: string, scope = 'admin'): Promise<Person> {
  const { id } = await api<{ id: string }>('POST', '/v1/people', { name, email: `${crypto.randomUUID()}@example.org`, scope })
  const { token } = await api<{ token: string }>('POST', `/v1/people/${id}/invitation`)
  return { id, session: await signIn(demo.address, { token }) }
}

/** signIn begins a session, and answers its cookie. */
async function signIn(address: string, by: { key: string } | { token: string }): Promise<string> {
  const answer = await fetch(`${address}/v1/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: address },
    body: JSON.stringify(by),
  })
  expect(answer.status, await answer.text()).toBe(201)
  return (answer.headers.get('Set-Cookie') ?? '').split(';')[0]!
}

const sessions = new Map<string, Promise<string>>()

/** sessionOf is the session of a key, the same one at every call. */
function sessionOf(address: string, key: string): Promise<string> {
  const kept = sessions.get(address) ?? signIn(address, { key })
  sessions.set(address, kept)
  return kept
}

/** closed ends a visit, and says what was wrong in it. */
export async function closed(page: Page): Promise<string[]> {
  const at = open.findIndex(({ context }) => context === page.context())
  const [visit] = at < 0 ? [] : open.splice(at, 1)
  await visit?.context.close()
  return visit?.faults ?? []
}

/** What axe looks at: all of a page by all of its rules, unless it says otherwise. */
interface Part {
  rules?: string[]
  /** Rules that are left out. */
  without?: string[]
  /** Selectors of the elements to look into. */
  within?: string[]
}

/** axe says what people who use other means than eyes and a mouse would stumble over, one line each. */
export async function axe(page: Page, { rules, without = [], within = [] }: Part = {}): Promise<string[]> {
  // The builder brings all of axe each time, twice. Where it is there already, that is left out.
  const there = await page.evaluate(() => 'axe' in window)
  // The legacy mode needs no second tab. It leaves out frames, of which there are none.
  const builder = new AxeBuilder({ page, ...(there && { axeSource: 'undefined' }) }).setLegacyMode()
  builder.options({ resultTypes: ['violations'], ...(rules && { runOnly: { type: 'rule', values: rules } }), rules: Object.fromEntries(without.map((rule) => [rule, { enabled: false }])) })
  for (const selector of within) builder.include(selector)
  const { violations } = await builder.analyze()
  return violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

/** api asks a server as its first key, beside the page. */
export async function api<T>(method: string, path: string, body?: unknown, { address, key }: { address: string; key: string } = demo): Promise<T> {
  const answer = await fetch(address + path, {
    method,
    headers: { Authorization: `Bearer ${key}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true)
  return (text ? JSON.parse(text) : undefined) as T
}
