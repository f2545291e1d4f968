import type { TFunction } from 'i18next'
import type { components } from '@/lib/api/schema'

type Input = components['schemas']['AudienceInput']

/** Form is an audience as it is typed. */
export interface Form {
  campaign: string
  channel: string
  limit: string
  split: { id: number; name: string; percent: string }[]
  segments: string[]
  audiences: string[]
  /** Days in which nobody gets another campaign; empty for no guard. */
  days: string
  /** The campaigns of the guard, separated by commas; empty for any. */
  campaigns: string
}

/** emptyForm is a form in which nothing is chosen. */
export const emptyForm: Form = { campaign: '', channel: '', limit: '', split: [], segments: [], audiences: [], days: '', campaigns: '' }

/** withGroup is a split with one more group, called after the next letter. */
export function withGroup(split: Form['split']): Form['split'] {
  const id = Math.max(0, ...split.map((one) => one.id)) + 1
  return [...split, { id, name: String.fromCharCode(65 + (split.length % 26)), percent: '' }]
}

/** groupName is what a group of an audience is called. The hold-out has no name of its own. */
export function groupName(t: TFunction, group: string): string {
  return group === 'hold_out' ? t('segments.pull.holdOut') : group
}

/** held is the percentage that no group of a split gets. */
export function held(split: Form['split']): number {
  const sum = split.reduce((total, { percent }) => total + (Number(percent) || 0), 0)
  return Math.round((100 - sum) * 100) / 100
}

/** inputOf is the request of a form. What is not typed is left out. */
export function inputOf(segmentID: string, form: Form): Input {
  const { channel, limit, split, segments, audiences, days } = form
  const campaigns = form.campaigns.split(',').map((one) => one.trim()).filter(Boolean)
  const within = days === '' ? undefined : `P${Number(days)}D`
  const exclude = {
    ...(segments.length > 0 && { segments }),
    ...(audiences.length > 0 && { audiences }),
    ...(within && { campaigns_within: campaigns.length > 0 ? { campaigns, within } : within }),
  }
  return {
    segment_id: segmentID,
    campaign: form.campaign.trim(),
    ...(channel && { channel: channel as NonNullable<Input['channel']> }),
    ...(limit !== '' && { limit: Number(limit) }),
    ...(split.length > 0 && { split: split.map(({ name, percent }) => ({ name: name.trim(), percent: Number(percent) })) }),
    ...(Object.keys(exclude).length > 0 && { exclude }),
  }
}
