import { expect, test } from 'vitest'
import { held, inputOf, emptyForm } from './audience'
import { ceiling } from './chart'
import { cronOf, nextRuns, presetOf, presets } from './cron'

const now = new Date('2026-11-30T05:00:00Z') // a Monday
const runs = (cron: string, zone = 'UTC', most = 3) => nextRuns(cron, zone, most, now).map((run) => run.toISOString().slice(0, 16))

test('the next runs of a line are by the clocks of its zone', () => {
  expect(runs('0 6 * * 1-5')).toEqual(['2026-11-30T06:00', '2026-12-01T06:00', '2026-12-02T06:00'])
  expect(runs('0 6 * * 1-5', 'Africa/Nairobi')).toEqual(['2026-12-01T03:00', '2026-12-02T03:00', '2026-12-03T03:00'])
  expect(runs('*/30 8-9 * * *')).toEqual(['2026-11-30T08:00', '2026-11-30T08:30', '2026-11-30T09:00'])
  expect(runs('@hourly', 'UTC', 2)).toEqual(['2026-11-30T06:00', '2026-11-30T07:00'])
})

test('last days, last Fridays and second Mondays are known', () => {
  expect(runs('0 6 15,L * *')).toEqual(['2026-11-30T06:00', '2026-12-15T06:00', '2026-12-31T06:00'])
  expect(runs('0 6 * * friL', 'UTC', 2)).toEqual(['2026-12-25T06:00', '2027-01-29T06:00'])
  expect(runs('0 6 * * 1#2', 'UTC', 2)).toEqual(['2026-12-14T06:00', '2027-01-11T06:00'])
})

test('if both days choose, either of them is enough', () => {
  expect(runs('0 6 L * 1#1')).toEqual(['2026-11-30T06:00', '2026-12-07T06:00', '2026-12-31T06:00'])
})

test('a line that is not understood has no runs, and 29 February is waited for', () => {
  expect([runs('@every 90m'), runs('61 * * * *'), runs('nonsense'), runs('0 0 30 2 *')]).toEqual([[], [], [], []])
  expect(runs('0 0 29 2 *', 'UTC', 1)).toEqual(['2028-02-29T00:00'])
})

test('each preset is known again', () => {
  for (const preset of presets) {
    if (preset !== 'own') expect(presetOf(cronOf(preset, '07:05')).preset).toBe(preset)
  }
  expect(presetOf('*/5 * * * *').preset).toBe('own')
  expect(presetOf('5 7 * * 1')).toEqual({ preset: 'weekly', time: '07:05' })
})

test('an audience has what was typed, and nothing else', () => {
  expect(inputOf('s', { ...emptyForm, campaign: ' spring ' })).toEqual({ segment_id: 's', campaign: 'spring' })
  const split = [{ id: 1, name: 'A', percent: '45.5' }, { id: 2, name: 'B', percent: '45' }]
  expect(inputOf('s', { ...emptyForm, campaign: 'x', limit: '5', split, days: '7', campaigns: 'a, b,' })).toEqual({
    segment_id: 's', campaign: 'x', limit: 5,
    split: [{ name: 'A', percent: 45.5 }, { name: 'B', percent: 45 }],
    exclude: { campaigns_within: { campaigns: ['a', 'b'], within: 'P7D' } },
  })
  expect(held(split)).toBe(9.5)
})

test('a chart ends at a round number', () => {
  expect([3, 7, 12, 594, 1000, 1001].map(ceiling)).toEqual([5, 10, 20, 1000, 1000, 2000])
})
