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
    binary: string
  }
}

/** How long a server may take to start, in milliseconds. The demo loads its sample data first. */
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
  project.provide('binary', binary)
  return async () => {
    await ended(server)
    rmSync(folder, { recursive: true, force: true })
  }
}

/** A server beside the demo. */
export interface Server {
  address: string
  key: string
  stop: () => Promise<void>
}

/** startEmpty starts `kundi serve` on a data folder in which nobody is. */
export async function startEmpty(binary: string): Promise<Server> {
  const folder = mkdtempSync(join(tmpdir(), 'kundi-empty-'))
  const data = ['--data', join(folder, 'data')]
  const made = execFileSync(binary, ['keys', 'create', '--scope', 'admin', '--name', 'first', ...data], { stdio: ['ignore', 'pipe', 'ignore'] })
  const key = /kundi_\w+/.exec(made.toString())?.[0]
  const server = spawn(binary, ['serve', ...data, '--listen', '127.0.0.1:0', '--log-level', 'warn'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const address = /http:\/\/[\d.:]+/.exec(await words(server, /http:\/\/[\d.]+:\d+/))?.[0]
  if (!address || !key) throw new Error('kundi serve printed no address, or kundi keys no key')
  return {
    address,
    key,
    stop: async () => {
      await ended(server)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function ended(server: ChildProcess): Promise<void> {
  const end = new Promise((done) => server.once('exit', done))
  server.kill('SIGTERM')
  await end
}

/** words are what the server has printed once it has printed something. */
function words(server: ChildProcess, until: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    let said = ''
    const timer = setTimeout(() => fail(new Error(`the server is not up:\n${said}`)), patience)
    server.once('exit', (code) => fail(new Error(`the server ended with ${code}:\n${said}`)))
    server.stdout?.on('data', (part: Buffer) => {
      said += part.toString()
      if (!until.test(said)) return
      clearTimeout(timer)
      done(said)
    })
  })
}
