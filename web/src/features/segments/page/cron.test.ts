import { expect, test } from 'vitest'
import { held, inputOf, emptyForm } from './audience'
import { cronOf, presetOf, presets } from './cron'

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
