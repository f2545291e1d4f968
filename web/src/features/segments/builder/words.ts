import type { TFunction } from 'i18next'
import { country } from '@/lib/countries'
import type { Field } from './catalog'

/** wordOf is how the page writes a value: the name of a country, the word for a channel, or the value itself. */
export function wordOf(t: TFunction, field: Field | undefined, value: unknown, segments?: ReadonlyMap<string, string>): string {
  const text = String(value)
  if (field?.kind === 'country') return country(text.toUpperCase())
  if (field?.kind === 'segment') return segments?.get(text) ?? text
  return field?.worded ? t(`segments.words.${text}` as 'segments.words.open', { defaultValue: text }) : text
}
