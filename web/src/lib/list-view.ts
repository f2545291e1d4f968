import type { Group, Rule } from './filter/types'

/** What is picked of one facet. A record passes that has one of `is` (or none, with `none`), and none of `not`. */
export interface Pick {
  is?: string[]
  not?: string[]
  none?: boolean
}

/** View is what a list shows, as it stands in the address: /find?q=&picks=&sort=&columns= */
export interface View {
  q?: string
  picks?: Record<string, Pick>
  sort?: string
  columns?: string[]
}

/** The fields that may have several values, which have operators of their own. */
export const several = new Set(['labels', 'channels', 'reachable', 'domains'])

const isText = (value: unknown): value is string => typeof value === 'string'
const texts = (value: unknown): string[] | undefined =>
  Array.isArray(value) && value.length > 0 && value.every(isText) ? value : undefined

function pickOf(value: unknown): Pick | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { is, not, none } = value as Record<string, unknown>
  const pick: Pick = {}
  const [chosen, barred] = [texts(is), texts(not)]
  if (chosen) pick.is = chosen
  if (barred) pick.not = barred
  if (none === true) pick.none = true
  return Object.keys(pick).length > 0 ? pick : undefined
}

/** viewOf reads an address that anybody may have written. What makes no sense is left out. */
export function viewOf(search: Record<string, unknown>): View {
  const view: View = {}
  const q = search['q']
  if (isText(q) && q !== '') view.q = q
  const sort = search['sort']
  if (isText(sort) && /^-?[a-z0-9_.]+$/.test(sort)) view.sort = sort
  const columns = texts(search['columns'])
  if (columns) view.columns = columns
  const picks: Record<string, Pick> = {}
  if (typeof search['picks'] === 'object' && search['picks'] !== null) {
    for (const [field, value] of Object.entries(search['picks'])) {
      const pick = pickOf(value)
      if (pick) picks[field] = pick
    }
  }
  if (Object.keys(picks).length > 0) view.picks = picks
  return view
}

/** rulesOf are the rules of a pick. */
function rulesOf(field: string, pick: Pick): (Rule | Group)[] {
  const rules: (Rule | Group)[] = []
  const some: Rule[] = []
  const many = several.has(field)
  if (pick.is) some.push({ field, operator: many ? 'any_of' : 'in', value: pick.is })
  if (pick.none) some.push({ field, operator: 'not_exists' })
  if (some.length === 2) rules.push({ combinator: 'or', rules: some })
  else rules.push(...some)
  if (pick.not) rules.push({ field, operator: many ? 'none_of' : 'not_in', value: pick.not })
  return rules
}

/** filterOf is the filter of what is picked, but for one facet; undefined when that is all. */
export function filterOf(picks: Record<string, Pick> | undefined, but?: string): Group | undefined {
  const rules = Object.entries(picks ?? {}).flatMap(([field, pick]) => (field === but ? [] : rulesOf(field, pick)))
  return rules.length > 0 ? { combinator: 'and', rules } : undefined
}

/** picked changes one facet of a view. An empty pick goes away. */
export function picked(view: View, field: string, pick: Pick): View {
  const { picks: before = {}, ...rest } = view
  const { [field]: _, ...picks } = before
  const kept = pickOf(pick)
  if (kept) picks[field] = kept
  return Object.keys(picks).length > 0 ? { ...rest, picks } : rest
}

/** toggled adds a value to a list, or takes it away. */
export function toggled(values: string[] | undefined, value: string): string[] {
  const before = values ?? []
  return before.includes(value) ? before.filter((v) => v !== value) : [...before, value]
}

/** withWords is a view with other words. */
export function withWords(view: View, words: string): View {
  const { q: _, ...others } = view
  return words ? { ...others, q: words } : others
}
