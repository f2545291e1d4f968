/** The units in which a duration is typed: years, months, weeks, days, hours. */
export const durationUnits = ['Y', 'M', 'W', 'D', 'H'] as const
export type DurationUnit = (typeof durationUnits)[number]

/** Duration is a duration as it is typed: a number and its unit, or with a unit of '' a text as the API has it, like P1Y6M. */
export interface Duration {
  text: string
  unit: DurationUnit | ''
}

const simple = /^P(?:(\d+)([YMWD])|T(\d+)(H))$/

/** durationOf reads a duration of the API. None is an empty one, in days. */
export function durationOf(written: string | null | undefined): Duration {
  if (!written) return { text: '', unit: 'D' }
  const [, days, day, hours] = simple.exec(written) ?? []
  if (days) return { text: days, unit: day as DurationUnit }
  return hours ? { text: hours, unit: 'H' } : { text: written, unit: '' }
}

/** writeDuration is a duration as the API has it; empty for none. What is no number stays as it is, for the API to say what is wrong. */
export function writeDuration({ text, unit }: Duration): string {
  const typed = text.trim()
  if (!/^\d+$/.test(typed) || unit === '') return typed
  return unit === 'H' ? `PT${typed}H` : `P${typed}${unit}`
}
