import { fold } from '@/lib/text'

/** Choice is a value that can be picked, and how it is written on the page. */
export interface Choice {
  value: string
  label: string
}

/** Pasted is what became of a list that somebody pasted. */
export interface Pasted {
  /** The values that are taken, each once. */
  taken: string[]
  /** What is no value of this field. */
  unknown: string[]
  /** How many stood there twice, or are in the list already. */
  double: number
}

/** linesOf cuts a list at line breaks; one without line breaks, at tabs, semicolons or commas. */
export function linesOf(text: string): string[] {
  const parts = /[\r\n]/.test(text.trim()) ? text.split(/[\r\n]+/) : /[\t;]/.test(text) ? text.split(/[\t;]+/) : text.split(',')
  return parts.map((part) => part.trim().replace(/^"(.*)"$/, '$1')).filter(Boolean)
}

/** isList says whether what is pasted is more than one value. One line with a comma may be one: "Acme, Inc". */
export function isList(text: string): boolean {
  return /[\r\n\t;]/.test(text.trim())
}

/**
 * readList finds the values of a list. With `choices` a value is one of them, by its value or its label, whatever its
 * case; without, any text is a value.
 */
export function readList(lines: readonly string[], before: readonly string[], choices?: readonly Choice[]): Pasted {
  const known = new Map<string, string>()
  for (const { value, label } of choices ?? []) known.set(fold(label), value).set(fold(value), value)
  const seen = new Set(before.map(fold))
  const pasted: Pasted = { taken: [], unknown: [], double: 0 }
  for (const line of lines) {
    const value = choices ? known.get(fold(line)) : line
    if (value === undefined) pasted.unknown.push(line)
    else if (seen.has(fold(value))) pasted.double += 1
    else {
      seen.add(fold(value))
      pasted.taken.push(value)
    }
  }
  return pasted
}
