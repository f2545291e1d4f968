import { dayIn, instantOf } from '../builder/period'

const names = {
  month: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'],
  day: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'],
}
const macros: Record<string, string> = {
  '@hourly': '0 * * * *', '@daily': '0 0 * * *', '@midnight': '0 0 * * *', '@weekly': '0 0 * * 0', '@monthly': '0 0 1 * *', '@yearly': '0 0 1 1 *', '@annually': '0 0 1 1 *',
}

/** A day of the calendar, without a zone. */
interface Day {
  y: number
  m: number
  d: number
  weekday: number
  /** How many days its month has. */
  length: number
}

interface Line {
  minutes: number[]
  hours: number[]
  months: number[]
  /** Whether a day is one of those on which the line runs. */
  on: (day: Day) => boolean
}

/** lineOf reads a line of cron; undefined for one that is not understood here. The server has the last word. */
function lineOf(cron: string): Line | undefined {
  const fields = (macros[cron.trim().toLowerCase()] ?? cron).trim().toLowerCase().split(/\s+/)
  const [minute = '', hour = '', date = '', month = '', weekday = ''] = fields
  if (fields.length !== 5) return undefined
  const minutes = numbers(minute, 0, 59)
  const hours = numbers(hour, 0, 23)
  const months = numbers(month, 1, 12, names.month)
  const dates = days(date)
  const weekdays = weekDays(weekday)
  if (!minutes || !hours || !months || !dates || !weekdays) return undefined
  const [anyDate, anyWeekday] = [/^[*?]/.test(date), /^[*?]/.test(weekday)]
  // If both choose, either of them is enough.
  const on = (day: Day) => (anyDate || anyWeekday ? dates(day) && weekdays(day) : dates(day) || weekdays(day))
  return { minutes, hours, months, on }
}

function numbers(field: string, least: number, most: number, words: string[] = []): number[] | undefined {
  const found = new Set<number>()
  const one = (text: string) => {
    const word = words.indexOf(text)
    return word >= 0 ? word + (least === 1 ? 1 : 0) : /^\d+$/.test(text) ? Number(text) : NaN
  }
  for (const part of field.split(',')) {
    const [range = '', step = '1', more] = part.split('/')
    const [from = '', to] = range.split('-')
    const all = range === '*' || range === '?'
    const first = all ? least : one(from)
    const last = all ? most : to === undefined ? (part.includes('/') ? most : first) : one(to)
    const by = Number(step)
    if (more !== undefined || !(first >= least) || !(last <= most) || last < first || !(by >= 1)) return undefined
    for (let n = first; n <= last; n += by) found.add(n)
  }
  return [...found].sort((a, b) => a - b)
}

type On = (day: Day) => boolean

function days(field: string): On | undefined {
  const parts = field.split(',')
  const last = parts.includes('l')
  const rest = parts.filter((part) => part !== 'l')
  const dates = rest.length > 0 ? numbers(rest.join(), 1, 31) : []
  return dates && ((day) => dates.includes(day.d) || (last && day.d === day.length))
}

function weekDays(field: string): On | undefined {
  const tests: On[] = []
  for (const part of field.split(',')) {
    const special = /^(\w+?)(l|#([1-5]))$/.exec(part)
    const plain = numbers(special ? (special[1] ?? '') : part, 0, 7, names.day)
    if (!plain) return undefined
    const wanted = new Set(plain.map((day) => day % 7))
    tests.push((day) => {
      if (!wanted.has(day.weekday)) return false
      if (!special) return true
      return special[3] === undefined ? day.d + 7 > day.length : Math.ceil(day.d / 7) === Number(special[3])
    })
  }
  return (day) => tests.some((test) => test(day))
}

function dayOf(date: Date): Day {
  const [y, m] = [date.getUTCFullYear(), date.getUTCMonth()]
  const length = new Date(Date.UTC(y, m + 1, 0)).getUTCDate()
  return { y, m: m + 1, d: date.getUTCDate(), weekday: date.getUTCDay(), length }
}

const two = (n: number) => String(n).padStart(2, '0')

/** After so many days without a run, there is none to be found: 29 February on a Monday takes 28 years. */
const farthest = 366 * 29

/**
 * nextRuns are the next moments at which a line of cron runs by the clocks of a zone. Empty for a line that is not
 * understood here, and for `@every`, whose moments only the server knows.
 */
export function nextRuns(cron: string, zone: string, most: number, now = new Date()): Date[] {
  const line = lineOf(cron)
  if (!line) return []
  const runs: Date[] = []
  const today = dayIn(now, zone)
  for (let ahead = 0; ahead < farthest && runs.length < most; ahead++) {
    const day = dayOf(new Date(Date.UTC(today.y, today.m - 1, today.d + ahead)))
    if (!line.months.includes(day.m) || !line.on(day)) continue
    for (const hour of line.hours) {
      for (const minute of line.minutes) {
        if (runs.length >= most) break
        const run = new Date(instantOf(`${day.y}-${two(day.m)}-${two(day.d)}T${two(hour)}:${two(minute)}`, zone))
        const before = runs.at(-1)
        if (run > now && (!before || run > before)) runs.push(run)
      }
    }
  }
  return runs
}

/** The schedules that are offered by name. */
export const presets = ['none', 'hourly', 'daily', 'weekdays', 'weekly', 'monthly', 'own'] as const
export type Preset = (typeof presets)[number]

/** When a preset runs, at a time of day like 06:00. */
export function cronOf(preset: Preset, time: string): string {
  const [hour = 6, minute = 0] = time.split(':').map(Number)
  switch (preset) {
    case 'hourly':
      return '@hourly'
    case 'daily':
      return `${minute} ${hour} * * *`
    case 'weekdays':
      return `${minute} ${hour} * * 1-5`
    case 'weekly':
      return `${minute} ${hour} * * 1`
    case 'monthly':
      return `${minute} ${hour} 1 * *`
    default:
      return ''
  }
}

/** presetOf is the preset that a line is, and its time of day. */
export function presetOf(cron: string | undefined): { preset: Preset; time: string } {
  if (!cron) return { preset: 'none', time: '06:00' }
  if (cron === '@hourly') return { preset: 'hourly', time: '06:00' }
  const [minute, hour] = cron.split(/\s+/).map(Number)
  const time = `${two(hour ?? 6)}:${two(minute ?? 0)}`
  const preset = presets.find((one) => one !== 'hourly' && cron === cronOf(one, time))
  return preset ? { preset, time } : { preset: 'own', time: '06:00' }
}
