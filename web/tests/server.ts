import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

declare module 'vitest' {
  interface ProvidedContext {
    address: string
    key: string
    link: string
  }
}

/** How long the demo may take to load its sample data, in milliseconds. */
const patience = 180_000

/** Starts `kundi demo` on a fresh data folder, and says where it is, its key and its sign-in link. */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'kundi-console-'))
  const binary = process.env['KUNDI_BINARY'] ?? join(folder, 'kundi')
  if (!process.env['KUNDI_BINARY']) execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(import.meta.dirname, '../..'), stdio: 'inherit' })
  const server = spawn(binary, ['demo', '--data', join(folder, 'data'), '--listen', '127.0.0.1:0'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const said = await words(server, /Stop with Ctrl-C/)
  const link = /http:\/\/\S+\/sign-in#token=\S+/.exec(said)?.[0]
  const key = /KEY=(kundi_\w+)/.exec(said)?.[1]
  if (!link || !key) throw new Error(`kundi demo printed no sign-in link and key:\n${said}`)
  project.provide('address', new URL(link).origin)
  project.provide('key', key)
  project.provide('link', link)
  return async () => {
    const ended = new Promise((end) => server.once('exit', end))
    server.kill('SIGTERM')
    await ended
    rmSync(folder, { recursive: true, force: true })
  }
}

/** words are what the server has printed once it has printed something. */
function words(server: ChildProcess, until: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    let said = ''
    const timer = setTimeout(() => fail(new Error(`kundi demo is not up:\n${said}`)), patience)
    server.once('exit', (code) => fail(new Error(`kundi demo ended with ${code}:\n${said}`)))
    server.stdout?.on('data', (part: Buffer) => {
      said += part.toString()
      if (!until.test(said)) return
      clearTimeout(timer)
      done(said)
    })
  })
}
