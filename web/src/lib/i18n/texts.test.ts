import { expect, test } from 'vitest'
import { en as first } from './en'
import { companies as enCompanies } from './en/companies'
import { firstRun as enFirstRun } from './en/first-run'
import { keySheet as enKeySheet } from './en/key-sheet'
import { merge as enMerge } from './en/merge'
import { operatorHelp as enOperators } from './en/operators'
import { people as enPeople } from './en/people'
import { segments as enSegments } from './en/segments'
import { preferred } from './index'
import { sw as firstSw } from './sw'
import { companies as swCompanies } from './sw/companies'
import { firstRun as swFirstRun } from './sw/first-run'
import { keySheet as swKeySheet } from './sw/key-sheet'
import { merge as swMerge } from './sw/merge'
import { operatorHelp as swOperators } from './sw/operators'
import { people as swPeople } from './sw/people'
import { segments as swSegments } from './sw/segments'

const en = { ...first, companies: enCompanies, firstRun: enFirstRun, keySheet: enKeySheet, merge: enMerge, operatorHelp: enOperators, people: enPeople, segments: enSegments }
const sw = { ...firstSw, companies: swCompanies, firstRun: swFirstRun, keySheet: swKeySheet, merge: swMerge, operatorHelp: swOperators, people: swPeople, segments: swSegments }

/** flat are the texts by their whole key. */
function flat(texts: object, at = ''): Record<string, string> {
  return Object.assign(
    {},
    ...Object.entries(texts).map(([key, value]) =>
      typeof value === 'string' ? { [at + key]: value } : flat(value as object, `${at}${key}.`),
    ),
  ) as Record<string, string>
}

const blanks = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map((match) => match[1]).sort()

test('each text has the same blanks in every language', () => {
  const [english, swahili] = [flat(en), flat(sw)]
  for (const [key, text] of Object.entries(english)) expect([key, ...blanks(swahili[key] ?? '')]).toEqual([key, ...blanks(text)])
})

test('no text is empty', () => {
  for (const [key, text] of [...Object.entries(flat(en)), ...Object.entries(flat(sw))]) expect(text.trim(), key).not.toBe('')
})

test('the language is what was chosen, else what the browser asks for', () => {
  expect(preferred('sw', ['en-GB'])).toBe('sw')
  expect(preferred(null, ['fr-FR', 'sw-KE', 'en'])).toBe('sw')
  expect(preferred('xx', [])).toBe('en')
})
