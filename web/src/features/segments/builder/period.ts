/** The units that a period is typed in. `month` is M before T, `minute` is M after it. */
export const periodUnits = ['year', 'month', 'week', 'day', 'hour', 'minute'] as const
export type PeriodUnit = (typeof periodUnits)[number]

export interface Period {
  n: number
  unit: PeriodUnit
}

const letters: Record<PeriodUnit, string> = { year: 'Y', month: 'M', week: 'W', day: 'D', hour: 'H', minute: 'M' }
const simple = /^P(?:(\d+)([YMWD])|T(\d+)([HM]))$/
const whole = /^P(?!$)(\d+Y)?(\d+M)?(\d+W)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?$/

/** isPeriod says whether a text is a period of ISO 8601 in whole numbers, like P30D or P1Y6M. */
export function isPeriod(text: unknown): text is string {
  return typeof text === 'string' && whole.test(text)
}

/** periodOf reads a period of one unit; others, like P1Y6M, are undefined. */
export function periodOf(text: unknown): Period | undefined {
  const found = typeof text === 'string' ? simple.exec(text) : null
  if (!found) return undefined
  const [, days, day, times, time] = found
  if (days !== undefined) {
    const unit = ({ Y: 'year', M: 'month', W: 'week', D: 'day' } as const)[day as 'Y' | 'M' | 'W' | 'D']
    return { n: Number(days), unit }
  }
  return { n: Number(times), unit: time === 'H' ? 'hour' : 'minute' }
}

/** writePeriod is the period as the filter language has it. */
export function writePeriod({ n, unit }: Period): string {
  return unit === 'hour' || unit === 'minute' ? `PT${n}${letters[unit]}` : `P${n}${letters[unit]}`
}

const words: [RegExp, PeriodUnit][] = [
  [/^(y|yr|yrs|years?|miaka|mwaka)$/, 'year'],
  [/^(mo|mon|months?|mwezi|miezi)$/, 'month'],
  [/^(w|wk|wks|weeks?|wiki)$/, 'week'],
  [/^(d|days?|siku)$/, 'day'],
  [/^(h|hrs?|hours?|saa)$/, 'hour'],
  [/^(m|min|mins|minutes?|dakika)$/, 'minute'],
]

/** typedPeriod reads what people type: "30", "30d", "6 weeks", "P30D". Without a unit the one of before holds. */
export function typedPeriod(text: string, unit: PeriodUnit): Period | undefined {
  const trimmed = text.trim()
  const written = periodOf(trimmed.toUpperCase())
  if (written) return written
  const found = /^(\d{1,6})\s*(\p{L}*)$/u.exec(trimmed)
  if (!found) return undefined
  const n = Number(found[1])
  const word = (found[2] ?? '').toLowerCase()
  if (word === '') return { n, unit }
  const named = words.find(([pattern]) => pattern.test(word))
  return named && { n, unit: named[1] }
}

/** The units of the calendar. */
export const calendarUnits = ['day', 'week', 'month', 'quarter', 'year'] as const
export type CalendarUnit = (typeof calendarUnits)[number]

/** A day without a time zone. */
interface Day {
  y: number
  m: number // 1-12
  d: number
}

/** Span is what a rule on dates means now; ends are included. `hours` when it is exact to the minute. */
export interface Span {
  from: Date
  to: Date
  hours: boolean
}

/** Zone is what days depend on. */
export interface Zone {
  zone: string
  weekStart: 'monday' | 'sunday' | 'saturday'
}

/** dayIn is the local day of a moment. */
export function dayIn(moment: Date, zone: string): Day {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  const [y = 0, m = 1, d = 1] = parts.format(moment).split('-').map(Number)
  return { y, m, d }
}

const utc = ({ y, m, d }: Day) => new Date(Date.UTC(y, m - 1, d))
const plusDays = (day: Date, n: number) => new Date(day.getTime() + n * 86_400_000)

function plusMonths(day: Date, n: number): Date {
  const first = new Date(Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + n, 1))
  const length = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  first.setUTCDate(Math.min(day.getUTCDate(), length))
  return first
}

/** plus is a day that is n units later; a month that does not have the day has its last one. */
function plus(day: Date, n: number, unit: PeriodUnit | CalendarUnit): Date {
  switch (unit) {
    case 'year':
      return plusMonths(day, 12 * n)
    case 'quarter':
      return plusMonths(day, 3 * n)
    case 'month':
      return plusMonths(day, n)
    case 'week':
      return plusDays(day, 7 * n)
    default:
      return plusDays(day, n)
  }
}

const weekDays = { sunday: 0, monday: 1, saturday: 6 }

function startOf(day: Date, unit: CalendarUnit, weekStart: Zone['weekStart']): Date {
  const [y, m] = [day.getUTCFullYear(), day.getUTCMonth()]
  switch (unit) {
    case 'year':
      return new Date(Date.UTC(y, 0, 1))
    case 'quarter':
      return new Date(Date.UTC(y, m - (m % 3), 1))
    case 'month':
      return new Date(Date.UTC(y, m, 1))
    case 'week':
      return plusDays(day, -((day.getUTCDay() - weekDays[weekStart] + 7) % 7))
    default:
      return day
  }
}

/**
 * spanOf is what a rule with a period or a unit means now. Days are at midnight of UTC, to be shown in UTC; a span to the
 * minute is in real time. Undefined for other operators, and for values that are not finished.
 */
export function spanOf(operator: string, value: unknown, { zone, weekStart }: Zone, now = new Date()): Span | undefined {
  const name = operator.replace(/^not_/, '')
  const today = utc(dayIn(now, zone))
  if (name === 'within_last' || name === 'within_next' || name === 'anniversary_within') {
    const period = periodOf(value)
    if (!period) return undefined
    const n = name === 'within_last' ? -period.n : period.n
    if (period.unit === 'hour' || period.unit === 'minute') {
      const other = new Date(now.getTime() + n * (period.unit === 'hour' ? 3_600_000 : 60_000))
      return n < 0 ? { from: other, to: now, hours: true } : { from: now, to: other, hours: true }
    }
    const other = plus(today, n, period.unit)
    return n < 0 ? { from: other, to: today, hours: false } : { from: today, to: other, hours: false }
  }
  return calendarSpan(name, value, today, weekStart)
}

function calendarSpan(name: string, value: unknown, today: Date, weekStart: Zone['weekStart']): Span | undefined {
  const units = unitsOf(value)
  if (!units || !/^in_(this|last|next)$/.test(name)) return undefined
  const { n, unit } = units
  const present = startOf(today, unit, weekStart)
  const [from, end] =
    name === 'in_this' ? [0, 1] : name === 'in_last' ? [-n, 0] : [1, n + 1]
  return { from: plus(present, from, unit), to: plusDays(plus(present, end, unit), -1), hours: false }
}

/** unitsOf reads the value of in_this, in_last and in_next. */
export function unitsOf(value: unknown): { n: number; unit: CalendarUnit } | undefined {
  const { n, unit } = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : { n: 1, unit: value }
  if (!(calendarUnits as readonly unknown[]).includes(unit)) return undefined
  return Number.isInteger(n) && (n as number) >= 1 ? { n: n as number, unit: unit as CalendarUnit } : undefined
}

/** instantOf is the moment at which clocks of a zone show a day and time, like 2026-11-22T09:30. */
export function instantOf(local: string, zone: string): string {
  const wanted = Date.parse(`${local}:00Z`)
  let moment = wanted
  // Twice, because the first guess may be on the other side of a change of the clock.
  for (let i = 0; i < 2; i++) moment = wanted - (Date.parse(`${localOf(new Date(moment), zone)}:00Z`) - moment)
  return new Date(moment).toISOString().replace('.000Z', 'Z')
}

/** localOf is what clocks of a zone show at a moment, like 2026-11-22T09:30. */
export function localOf(moment: Date, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return format.format(moment).replace(' ', 'T')
}
