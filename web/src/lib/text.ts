import i18next from 'i18next'

/** locale is how the reader writes numbers and dates: the language of the page, as in the reader's country. */
export function locale(): string {
  const language = i18next.language ?? 'en'
  return globalThis.navigator?.languages?.find((tag) => tag.split('-')[0] === language) ?? language
}

/** Formats are made once: to make one takes a hundred times as long as to use it, and lists use many at each letter. */
const formats = new Map<string, unknown>()

/** once is a format of the reader's language, by a name of its own. */
export function once<T>(name: string, make: (language: string) => T): T {
  const language = locale()
  const key = `${language} ${name}`
  let format = formats.get(key) as T | undefined
  if (format === undefined) formats.set(key, (format = make(language)))
  return format
}

/** number is a whole number as the reader's language writes it. */
export function number(value: number): string {
  return once('number', (language) => new Intl.NumberFormat(language)).format(value)
}

/** share is a part of a whole, in percent. A small part is never 0 %, and nearly all is never 100 %. */
export function share(part: number, whole: number): string {
  const percent = new Intl.NumberFormat(i18next.language, { style: 'percent', maximumFractionDigits: 0 })
  const between = part > 0 && part < whole
  return percent.format(between ? Math.min(0.99, Math.max(0.01, part / whole)) : part / whole)
}

/** fold is a text without case and accents, to compare what people type. */
export function fold(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
}

/** initials are the first letters of the first and the last word of a name. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/u).filter(Boolean)
  const first = (word: string | undefined) => Array.from(word ?? '')[0] ?? ''
  return (first(words[0]) + (words.length > 1 ? first(words.at(-1)) : '')).toUpperCase()
}

const day = 86_400_000
const spans: [Intl.RelativeTimeFormatUnit, number][] = [
  ['year', 365 * day],
  ['month', 30 * day],
  ['day', day],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

const relatively = () => once('ago', (language) => new Intl.RelativeTimeFormat(language, { numeric: 'auto' }))

/** ago is how long ago an instant was, roughly. */
export function ago(instant: string, now = Date.now()): string {
  const past = new Date(instant).getTime() - now
  const relative = relatively()
  for (const [unit, length] of spans) {
    if (Math.abs(past) >= length) return relative.format(Math.trunc(past / length), unit)
  }
  return relative.format(0, 'minute')
}

/** moment is an instant in full, in a time zone. */
export function moment(instant: string, zone: string): string {
  const format = once(`moment ${zone}`, (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }))
  return format.format(new Date(instant))
}

/** dayAgo is a day that is known without a time, as the instant (UTC) at which it began: today, yesterday, or its date. */
export function dayAgo(instant: string, now = Date.now()): string {
  const began = new Date(instant)
  const days = Math.floor(began.getTime() / day) - Math.floor(now / day)
  if (days >= -1 && days <= 0) return relatively().format(days, 'day')
  return once('day', (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })).format(began)
}
