import { useQuery } from '@tanstack/react-query'
import type { TFunction } from 'i18next'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { attributes, type Attribute } from './attributes'
import { country } from './countries'
import { missing } from './edits/same'
import { several } from './list-view'
import { settings } from './settings'
import { moment, once } from './text'

/** Channels of the API, in the order in which the page lists them. */
export const channels = [
  'email', 'whatsapp', 'sms', 'voice', 'live_chat', 'telegram', 'facebook', 'instagram', 'twitter', 'tiktok', 'line', 'viber',
  'wechat', 'api',
] as const
export type Channel = (typeof channels)[number]

/** What a value is shown by, besides itself. */
export interface Showing {
  t: TFunction
  zone: string
  defined: readonly Attribute[]
}

type Row = Record<string, unknown>

/** day is a calendar day as the reader's language writes it. It has no zone. */
export function day(date: string): string {
  const at = new Date(`${date}T00:00:00Z`)
  if (Number.isNaN(at.getTime())) return date
  return once('day', (language) => new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeZone: 'UTC' })).format(at)
}

function ofAttribute(attribute: Attribute | undefined, value: unknown): string | undefined {
  if (typeof value === 'number') {
    const { type, currency } = attribute ?? {}
    if (type === 'currency' && currency) {
      return once(`money ${currency}`, (language) => new Intl.NumberFormat(language, { style: 'currency', currency })).format(value)
    }
    const exact = once('exact', (language) => new Intl.NumberFormat(language, { maximumFractionDigits: 15 })).format(value)
    return type === 'percentage' ? `${exact} %` : exact
  }
  if (attribute?.type === 'date' && typeof value === 'string') return day(value)
  return undefined
}

/** one is a value of a list as the page shows it: a text, an address, an account on a channel. */
function one(value: unknown, { t }: Showing): string {
  if (typeof value !== 'object' || value === null) return String(value)
  const row = value as Row
  if ('source_id' in row) return `${t(`channels.${row['channel'] as Channel}`)}: ${String(row['source_id'])}`
  return String(row['value'] ?? row['name'] ?? row['email'] ?? row['id'] ?? '')
}

/** shown is the value of a field of a record as people read it; an empty text when there is none. */
export function shown(field: string, value: unknown, showing: Showing): string {
  const { t, zone, defined } = showing
  if (missing(value)) return ''
  if (typeof value === 'boolean') return value ? t('values.yes') : t('values.no')
  if (Array.isArray(value)) {
    return value.map((item) => (field === 'channels' || field === 'reachable' ? t(`channels.${item as Channel}`) : one(item, showing))).join(', ')
  }
  if (field.startsWith('attributes.')) {
    const attribute = defined.find((definition) => `attributes.${definition.key}` === field)
    return ofAttribute(attribute, value) ?? String(value)
  }
  if (typeof value === 'string') {
    if (field === 'country') return country(value)
    if (field === 'status') return t(`profile.conversations.status.${value as 'open'}`)
    if (field === 'priority') return t(`profile.conversations.priority.${value as 'low'}`)
    if (field === 'type') return t(`values.types.${value as 'lead'}`)
    if (/^consent\.\w+$/.test(field)) return t(`values.consents.${value as 'unknown'}`)
    if (/[_.](at|until)$/.test(field)) return moment(value, zone)
  }
  return one(value, showing)
}

const undefinedYet: readonly Attribute[] = []

/**
 * useShown gives how values of a kind of record are shown, in the zone of the workspace. It is the same function at each
 * drawing, until something of that changes.
 */
export function useShown(entity: Attribute['entity'] = 'contact'): (field: string, value: unknown) => string {
  const { t } = useTranslation()
  const defined = useQuery(attributes(entity)).data ?? undefinedYet
  const zone = useZone()
  return useCallback((field, value) => shown(field, value, { t, zone, defined }), [t, zone, defined])
}

/** useFacetWords gives how the values of facets are shown: one by one, also of fields that may have several. */
export function useFacetWords(entity: Attribute['entity'] = 'contact'): (field: string, value: string) => string {
  const show = useShown(entity)
  return useCallback((field, value) => show(field, several.has(field) ? [value] : value) || value, [show])
}

/** useZone is the zone of the workspace; UTC until it is known. */
export function useZone(): string {
  return useQuery(settings).data?.time_zone ?? 'UTC'
}
