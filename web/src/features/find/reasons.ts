import type { Hit } from './queries'

export type Highlight = Hit['highlights'][number]

/** A piece of a text, and whether it is what was looked for. */
export interface Piece {
  text: string
  marked: boolean
}

/** pieces cuts a text at the ranges of a highlight, which count Unicode characters and not UTF-16 units. */
export function pieces(text: string, ranges: readonly (readonly number[])[]): Piece[] {
  const letters = Array.from(text)
  const cut: Piece[] = []
  let at = 0
  const add = (to: number, marked: boolean) => {
    if (to > at) cut.push({ text: letters.slice(at, to).join(''), marked })
    at = Math.max(at, to)
  }
  for (const [from = 0, to = 0] of ranges) {
    add(Math.min(from, letters.length), false)
    add(Math.min(to, letters.length), true)
  }
  add(letters.length, false)
  return cut
}

/** of returns the highlight of a field. */
export function of(hit: Hit, field: string): Highlight | undefined {
  return hit.highlights.find((highlight) => highlight.field === field)
}

/** An address of a contact that was found, as an e-mail or an identifier, the column that has it, and where it matches. */
export interface FoundAddress {
  column: 'email' | 'phone' | 'identifier'
  value: string
  highlight: Highlight
}

/** addressOf is the first address that matches, of those that a column could show: the main one, or one of the others. */
export function addressOf(hit: Hit, column?: string): FoundAddress | undefined {
  for (const highlight of hit.highlights) {
    const [, of, at] = /^(email|phone|identifier)(?:s\[(\d+)\])?$/.exec(highlight.field) ?? []
    if (!of || (column && of !== column)) continue
    const one = of as FoundAddress['column']
    const value = at && one !== 'identifier' ? hit.contact[`${one}s`][Number(at)]?.value : hit.contact[one]
    if (value) return { column: one, value, highlight }
  }
  return undefined
}

/** The ways of matching that a reader would not see from the marks alone. */
const told = ['sound', 'nickname', 'typo', 'form', 'digits'] as const
export type Told = (typeof told)[number]

/** wayOf is how a hit matches, if its marks do not show that; the value of a merged contact counts as former. */
export function wayOf(hit: Hit): { way: Told | 'former'; value?: string } | undefined {
  for (const { field, way } of hit.highlights) {
    const former = /^absorbed\[(\d+)\]\.(\w+)$/.exec(field)
    if (former) {
      const one = hit.contact.absorbed?.[Number(former[1])] as Record<string, unknown> | undefined
      const value = one?.[former[2] ?? '']
      return typeof value === 'string' ? { way: 'former', value } : { way: 'former' }
    }
    if ((told as readonly string[]).includes(way)) return { way: way as Told }
  }
  return undefined
}
