import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

const root = resolve(import.meta.dirname)

const sources = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('schema.d.ts') && !/\.test\.tsx?$/.test(file))
  .map((file) => ({ file: file.replaceAll('\\', '/'), text: readFileSync(join(root, file), 'utf8') }))

/** layerOf is where a file belongs: app, features/find, components or lib. */
function layerOf(file: string): string {
  const parts = file.split('/')
  return parts[0] === 'features' ? `features/${parts[1]}` : (parts[0] ?? '')
}

/** importsOf are the files of ours that a file imports. */
function importsOf({ file, text }: { file: string; text: string }): string[] {
  const names = [...text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map((match) => match[1] ?? '')
  return names.flatMap((name) => {
    if (name.startsWith('@/')) return [name.slice(2)]
    if (name.startsWith('.')) return [relative(root, resolve(root, dirname(file), name))]
    return []
  })
}

/** mayImport says what a layer may use besides itself. */
function mayImport(layer: string, used: string): boolean {
  if (layer === used || layer === 'app') return true
  if (used === 'lib') return true
  if (used === 'components') return layer.startsWith('features/')
  return false
}

test('imports point one way: app, features, components, lib', () => {
  const wrong = sources.flatMap((source) =>
    importsOf(source)
      .filter((used) => !mayImport(layerOf(source.file), layerOf(used)))
      .map((used) => `${source.file} imports ${used}`),
  )
  expect(wrong).toEqual([])
})

test('files are short', () => {
  const long = sources.filter(({ file, text }) => !file.startsWith('lib/i18n/') && text.split('\n').length > 400)
  expect(long.map(({ file }) => file)).toEqual([])
})
