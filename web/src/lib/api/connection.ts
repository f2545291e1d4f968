/**
 * The connection to the server, as far as this page knows: what the last request has shown, and what the browser says.
 * While there is none, it is looked for again and again.
 */
let there = true
let searching = false
let wake: () => void = () => undefined
const listeners = new Set<() => void>()

/** The pause before the next look, in milliseconds, which doubles up to the longest one. */
const firstPause = 1_000
const longestPause = 10_000

/** connected says whether the server can be reached. */
export function connected(): boolean {
  return there
}

/** onConnection tells each time when the connection is lost or there again, until what it returns is called. */
export function onConnection(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** noteConnection hears from each request whether the server has answered. */
export function noteConnection(answered: boolean): void {
  if (answered !== there) {
    there = answered
    for (const listener of [...listeners]) listener()
  }
  if (!there) void search()
}

/** connection resolves as soon as the server can be reached, but `ms` milliseconds from now at the latest. */
export function connection(ms = Infinity): Promise<void> {
  return new Promise((resolve) => {
    const go = () => {
      clearTimeout(timer)
      end()
      resolve()
    }
    const timer = ms === Infinity ? undefined : setTimeout(go, ms)
    const end = onConnection(() => there && go())
    if (there && ms === Infinity) go()
  })
}

/** search asks for a sign of life until there is one. */
async function search(): Promise<void> {
  if (searching) return
  searching = true
  for (let pause = firstPause; !there; pause = Math.min(2 * pause, longestPause)) {
    await new Promise<void>((go) => {
      const timer = setTimeout(go, pause)
      wake = () => {
        clearTimeout(timer)
        go()
      }
    })
    if (!there && (await alive())) noteConnection(true)
  }
  searching = false
}

/** fromServer says whether an answer can be the server's. A network that asks for a sign-in of its own answers with a page. */
export function fromServer(response: Response): boolean {
  return !/^text\/html\b/.test(response.headers.get('Content-Type') ?? '')
}

/** alive says whether the server answers now. */
export async function alive(): Promise<boolean> {
  try {
    const response = await fetch('/healthz', { cache: 'no-store' })
    return response.ok && fromServer(response)
  } catch {
    return false
  }
}

/**
 * watchBrowser hears from the browser when the network goes and comes. A server on the same machine can be reached all
 * the same, so it is asked.
 */
export function watchBrowser(): void {
  window.addEventListener('offline', () => void alive().then((answered) => answered || noteConnection(false)))
  window.addEventListener('online', () => wake())
}
