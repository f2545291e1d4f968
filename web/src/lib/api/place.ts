import i18next from 'i18next'
import type { Messages } from '../i18n/en'

/** The names of members that people know by another word. */
type Known = keyof Messages['places']

/**
 * placeOf is a place of a request in the words of the forms: `filter.rules[1].value` is "rule 2, value". Undefined when it
 * has a name that no form has.
 */
export function placeOf(location: string): string | undefined {
  const words: string[] = []
  for (const [, name = '', index] of location.matchAll(/([^.[\]]+)(?:\[(\d+)\])?/g)) {
    if (name === 'filter' || name === 'body') continue
    const key = `places.${index === undefined ? name : `${name}_n`}`
    if (!i18next.exists(key)) return undefined
    words.push(i18next.t(key as `places.${Known}`, { n: Number(index) + 1 }))
  }
  return words.length > 0 ? words.join(', ') : undefined
}
