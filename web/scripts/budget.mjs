// Checks how much a browser fetches, in bytes after gzip: at first load (the shell and Find), and with the builder and
// the charts of segments. It reads the built files. `npm run budget`
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const dist = join(import.meta.dirname, '../dist')
const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))

/** filesOf are the files that a chunk needs, itself among them. */
function filesOf(name, seen = new Set()) {
  const chunk = manifest[name]
  if (!chunk || seen.has(name)) return []
  seen.add(name)
  return [chunk.file, ...(chunk.css ?? []), ...(chunk.imports ?? []).flatMap((one) => filesOf(one, seen))]
}

const gzipped = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length

/** sizeOf is how much some chunks need beside what others have brought. */
function sizeOf(names, without = []) {
  const there = new Set(without.flatMap((name) => filesOf(name)))
  const files = new Set(names.flatMap((name) => filesOf(name)).filter((file) => !there.has(file)))
  return [...files].reduce((sum, file) => sum + gzipped(file), 0)
}

const first = ['index.html', 'src/features/find/find-page.tsx']
const budgets = [
  { what: 'first load', size: sizeOf(first), floor: 260_000, goal: 230_000 },
  ...Object.keys(manifest)
    .filter((name) => /^src\/features\/.*-page\.tsx$/.test(name) && !first.includes(name))
    .map((name) => ({ what: name, size: sizeOf([name], first), floor: 120_000, goal: 95_000 })),
]

let over = false
for (const { what, size, floor, goal } of budgets) {
  const verdict = size <= goal ? 'goal' : size <= floor ? 'floor' : 'over'
  over ||= verdict === 'over'
  console.log(`${(size / 1000).toFixed(1).padStart(7)} kB  ${verdict.padEnd(5)}  ${what}`)
}
if (!existsSync(join(dist, 'index.html')) || over) process.exit(1)
