import { execFileSync } from 'node:child_process'
import AxeBuilder from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, inject } from 'vitest'

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
}

let browser: Browser
const open: { context: BrowserContext; faults: string[] }[] = []

/** useBrowser starts one browser for the tests of a file, and closes it after them. */
export function useBrowser(): void {
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(), args: flags })
  })
  afterAll(async () => {
    await browser.close()
  })
}

/**
 * visit opens a page as somebody who has signed in. What the page logs as an error, what its policy refuses, and what it
 * asks of others than the server is kept: clean looks at it.
 */
export async function visit(path: string, look: Look = {}): Promise<Page> {
  const context = await browser.newContext({
    baseURL: demo.address,
    viewport: { width: look.width ?? 1440, height: look.height ?? 900 },
    colorScheme: look.scheme ?? 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
  })
  const faults: string[] = []
  open.push({ context, faults })
  if (!look.stranger) {
    const answer = await context.request.post('/v1/session', { data: { key: demo.key }, headers: { Origin: demo.address } })
    expect(answer.status(), await answer.text()).toBe(201)
  }
  const page = await context.newPage()
  page.on('pageerror', (cause) => faults.push(`thrown: ${cause.message}`))
  page.on('console', (message) => {
    if (/Content Security Policy/.test(message.text())) faults.push(message.text())
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (url.origin !== demo.address && url.protocol !== 'blob:') faults.push(`asked ${url.origin}`)
  })
  await page.goto(path)
  // Find takes the caret when it is ready. What somebody types before goes nowhere, on every page of the web.
  if (path.startsWith('/find')) await page.waitForFunction(() => document.activeElement?.id === 'search-people')
  return page
}

/** closed ends a visit, and says what was wrong in it. */
export async function closed(page: Page): Promise<string[]> {
  const at = open.findIndex(({ context }) => context === page.context())
  const [visit] = open.splice(at, 1)
  await visit?.context.close()
  return visit?.faults ?? []
}

/** axe says what people who use other means than eyes and a mouse would stumble over, one line each. */
export async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  return violations.flatMap((fault) => fault.nodes.map((node) => `${fault.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`))
}

/** api asks the server as the demo's key, beside the page. */
export async function api<T>(method: string, path: string, body?: unknown): Promise<T> {
  const answer = await fetch(demo.address + path, {
    method,
    headers: { Authorization: `Bearer ${demo.key}`, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  expect(answer.ok, `${method} ${path}: ${answer.status} ${text}`).toBe(true)
  return (text ? JSON.parse(text) : undefined) as T
}
