// Measures how fast the pages answer: from a key to what it leads to, painted. It needs Debian's chromium, a server with
// people in it, and a key of scope admin. `npm run measure -- http://127.0.0.1:8080 KEY`
//
// A time begins with the event of the key, and ends when the browser has painted the answer: it holds the page, the way
// to the server and the server. The next key waits for the answer to the one before.
import { execFileSync } from 'node:child_process'
import { chromium } from 'playwright-core'

const [address, key] = process.argv.slice(2)
if (!address || !key) {
  console.error('usage: npm run measure -- ADDRESS KEY')
  process.exit(2)
}

/** What people type: names that many have, parts of them, and names by ear. Somebody has each part of each of them. */
const words = ['smith', 'amina', 'cathrin jonson', 'heike', 'mohamed', 'lopez garcia', 'nakamura', 'wanjiru', 'oconnor', 'otieno']
const profilesAWord = 8
const rowsToSee = 10_000

const browser = await chromium.launch({
  executablePath: execFileSync('sh', ['-c', 'command -v chromium']).toString().trim(),
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-sync'],
})
const context = await browser.newContext({ baseURL: address, viewport: { width: 1440, height: 900 } })
const signedIn = await context.request.post('/v1/session', { data: { key }, headers: { Origin: address } })
if (!signedIn.ok()) throw new Error(`signing in: ${signedIn.status()} ${await signedIn.text()}`)
await context.addInitScript(watch)
const page = await context.newPage()

/** watch runs in the page: it notes when a key was pressed, and says when an answer to it is painted. */
function watch() {
  let pressed = 0
  addEventListener('keydown', (event) => (pressed = event.timeStamp), true)
  const painted = () =>
    new Promise((done) =>
      requestAnimationFrame(() => {
        const channel = new MessageChannel()
        channel.port1.onmessage = () => done(performance.now())
        channel.port2.postMessage(0)
      }),
    )
  // Answers are looked for once the page has drawn what was typed: until then, the old one stands there.
  window.answered = (found) =>
    new Promise((done) => {
      const look = () => {
        if (!document.querySelector(found)) return false
        seen.disconnect()
        void painted().then((at) => done(at - pressed))
        return true
      }
      const seen = new MutationObserver(look)
      addEventListener(
        'keyup',
        () => {
          if (!look()) seen.observe(document.documentElement, { subtree: true, childList: true, attributes: true, characterData: true })
        },
        { once: true, capture: true },
      )
    })
}

/** press presses a key, and returns how long its answer took, in milliseconds. */
async function press(name, found) {
  await page.evaluate((one) => void (window.time = window.answered(one)), found)
  await page.keyboard.press(name)
  return page.evaluate(
    (one) => Promise.race([window.time, new Promise((_, fail) => setTimeout(() => fail(new Error(`no answer in 5 s to the key ${one}`)), 5_000))]),
    name,
  )
}

const results = '#people[data-old=false]'
const count = '[data-testid=live-count][data-old=false]'
const profile = '[data-field=name]'

async function find() {
  await page.goto('/find')
  await page.waitForSelector('#people [role=row][id]')
  const times = []
  for (const word of words) {
    for (const letter of word) times.push(await press(letter === ' ' ? 'Space' : letter, results))
    await page.locator('#search-people').fill('')
    await page.waitForSelector(results)
  }
  return times
}

/** open goes from a row of the list to its person and back, again and again; every eighth time in a page that is fetched anew. */
async function open() {
  const times = []
  const list = () => page.waitForSelector('#people[data-old=false] [role=row][id] mark')
  for (const word of words.slice(0, 5)) {
    await page.goto(`/find?q=${word.split(' ')[0]}`)
    await list()
    await page.waitForLoadState('networkidle')
    for (let i = 0; i < profilesAWord; i++) {
      await page.keyboard.press('ArrowDown')
      times.push(await press('Enter', profile))
      await page.keyboard.press('Escape')
      await list()
    }
  }
  return times
}

/** A segment with five rules, as the bench of counts has them; a number and a word are typed anew. */
async function build() {
  const filter = {
    combinator: 'and',
    rules: [
      { field: 'city', operator: 'starts_with', value: 'N' },
      { field: 'attributes.mrr', operator: 'gte', value: 5 },
      { field: 'country', operator: 'in', value: ['KE', 'TZ', 'DE'] },
      { combinator: 'or', rules: [{ field: 'last_seen_at', operator: 'within_last', value: 'P90D' }, { field: 'blocked', operator: 'eq', value: true }] },
    ],
  }
  const answer = await context.request.post('/v1/segments', { data: { name: `measure ${Date.now()}`, filter }, headers: { Origin: address } })
  if (!answer.ok()) throw new Error(`making a segment: ${answer.status()} ${await answer.text()}`)
  const { id } = await answer.json()
  await page.goto(`/segments/${id}/edit`)
  await page.waitForSelector(count)
  const times = []
  const typed = { '[data-testid="rule-0"] input[data-part=value]': ['Nai', 'Mom', 'Be', 'Ha', 'Par'], '[data-testid="rule-1"] input[data-part=value]': ['120', '45', '999', '7', '31'] }
  for (const [input, texts] of Object.entries(typed)) {
    for (const text of texts) {
      await page.locator(input).fill('')
      await page.waitForSelector(count)
      for (const letter of text) times.push(await press(letter, count))
    }
  }
  await context.request.delete(`/v1/segments/${id}`, { headers: { Origin: address } })
  return times
}

/** scroll goes down the list of people, and counts the frames in which a part of it has no rows. */
async function scroll() {
  await page.goto('/find')
  await page.waitForSelector('#people [role=row][id]')
  return page.evaluate(
    (wanted) =>
      new Promise((done) => {
        const grid = document.querySelector('#people')
        let frames = 0
        let blank = 0
        let waited = 0
        const step = () => {
          const frame = grid.getBoundingClientRect()
          const rows = [...grid.querySelectorAll('[role=row][id]')]
          const shown = rows.map((row) => row.getBoundingClientRect()).filter((row) => row.bottom > frame.top && row.top < frame.bottom)
          const bottom = Math.max(...shown.map((row) => row.bottom))
          frames++
          if (shown.length === 0 || bottom < frame.bottom - 1) blank++
          const last = Math.max(...rows.map((row) => Number(row.getAttribute('aria-rowindex'))))
          if (last >= wanted) return done({ frames, blank, waited })
          // Ten rows a frame: 600 rows a second, as fast as somebody who looks for a name turns the wheel.
          const before = grid.scrollTop
          grid.scrollTop += 360
          if (grid.scrollTop === before) waited++ // the rows that are loaded have ended
          requestAnimationFrame(step)
        }
        requestAnimationFrame(step)
      }),
    rowsToSee,
  )
}

/** quantile is the value under which a part of the times lies. */
const quantile = (times, part) => times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * part))]

function say(what, times, goal) {
  const shown = (part) => `${quantile(times, part).toFixed(0).padStart(5)} ms`
  console.log(`${what.padEnd(34)} p50 ${shown(0.5)}   p95 ${shown(0.95)}   most ${shown(1)}   goal p95 ${goal} ms   (${times.length} times)`)
}

try {
  say('a letter, until people are painted', await find(), 100)
  say('a letter, until the count is', await build(), 150)
  say('Enter, until the profile is', await open(), 200)
  const { frames, blank, waited } = await scroll()
  console.log(`${rowsToSee.toLocaleString('en')} rows scrolled: ${blank} of ${frames} frames had a blank part; ${waited} waited for rows`)
} finally {
  await browser.close()
}
