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

const two = (n: number) => String(n).padStart(2, '0')

/** presetOf is the preset that a line is, and its time of day. */
export function presetOf(cron: string | undefined): { preset: Preset; time: string } {
  if (!cron) return { preset: 'none', time: '06:00' }
  if (cron === '@hourly') return { preset: 'hourly', time: '06:00' }
  const [minute, hour] = cron.split(/\s+/).map(Number)
  const time = `${two(hour ?? 6)}:${two(minute ?? 0)}`
  const preset = presets.find((one) => one !== 'hourly' && cron === cronOf(one, time))
  return preset ? { preset, time } : { preset: 'own', time: '06:00' }
}
