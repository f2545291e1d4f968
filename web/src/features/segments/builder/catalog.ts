import type { components } from '@/lib/api/schema'
import type { Kind } from './operators'

export type Attribute = components['schemas']['Attribute']

/** Whose fields a group asks about. */
export type Entity = 'contact' | 'conversations' | 'notes' | 'campaign_events'

export const sections = [
  'standard', 'attributes', 'activity', 'company', 'consent', 'related', 'segment', 'changed',
] as const
export type Section = (typeof sections)[number]

/** Field is what a rule can ask about. */
export interface Field {
  key: string
  /** What it is called. Labels of attributes come from the workspace, others are words of the language. */
  label: string
  kind: Kind
  section: Section
  /** The values that it can have, when they are known. */
  options?: readonly string[]
  /** Which words stand for the options: those of the texts under `segments.words`, or the options themselves. */
  worded?: boolean
  currency?: string
  /** No time of day, no hours: a date. */
  archived?: boolean
}

/** The channels of Kundi. */
export const channels = [
  'email', 'whatsapp', 'live_chat', 'sms', 'telegram', 'facebook', 'instagram', 'twitter', 'tiktok', 'voice', 'line',
  'viber', 'wechat', 'api',
]

type Plain = [key: string, kind: Kind, options?: readonly string[]]

const person: Plain[] = [
  ['type', 'choice', ['visitor', 'lead', 'customer']], ['name', 'text'], ['first_name', 'text'], ['last_name', 'text'],
  ['email', 'email'], ['phone', 'phone'], ['identifier', 'id'], ['id', 'id'], ['country', 'country'], ['city', 'text'],
  ['labels', 'many'], ['channels', 'many', channels], ['identities', 'many'], ['blocked', 'checkbox'],
  ['created_at', 'instant'], ['updated_at', 'instant'],
]
const activity: Plain[] = [
  ['last_seen_at', 'instant'], ['conversations_count', 'number'], ['open_conversations', 'number'],
  ['last_message_at', 'instant'], ['first_reply_at', 'instant'], ['last_reply_at', 'instant'],
]
const company: Plain[] = [
  ['company.name', 'text'], ['company_id', 'id'], ['company.domains', 'many'], ['company.identifier', 'id'],
  ['company.country', 'country'], ['company.city', 'text'], ['company.labels', 'many'], ['company.created_at', 'instant'],
  ['company.updated_at', 'instant'], ['company.contacts_count', 'number'], ['company.last_seen_at', 'instant'],
]
const conversation: Plain[] = [
  ['channel', 'choice', channels], ['status', 'choice', ['open', 'pending', 'snoozed', 'resolved']],
  ['priority', 'choice', ['low', 'medium', 'high', 'urgent']], ['labels', 'many'], ['assignee', 'text'], ['team', 'text'],
  ['satisfaction', 'number'], ['messages_count', 'number'], ['inbound_count', 'number'], ['created_at', 'instant'],
  ['updated_at', 'instant'], ['last_message_at', 'instant'], ['first_reply_at', 'instant'], ['last_reply_at', 'instant'],
  ['resolved_at', 'instant'],
]
const note: Plain[] = [
  ['text', 'text'], ['pinned', 'checkbox'],
  ['author.source', 'choice', ['agent', 'ai', 'api', 'import', 'rule', 'merge', 'system']], ['created_at', 'instant'],
]
const campaignEvent: Plain[] = [
  ['campaign', 'id'],
  ['kind', 'choice', ['delivered', 'opened', 'clicked', 'bounced', 'replied', 'failed']], ['at', 'instant'],
]

/** The fields of contacts about which the history says when they last changed. */
const tracked = [
  'type', 'name', 'first_name', 'last_name', 'email', 'phone', 'identifier', 'country', 'city', 'labels', 'channels',
  'last_seen_at', 'company_id',
]

const kinds: Record<Attribute['type'], Kind> = {
  text: 'text', number: 'number', currency: 'currency', percentage: 'percentage', link: 'text', date: 'date',
  list: 'choice', checkbox: 'checkbox',
}

/** attributeField is the field of a custom attribute. */
export function attributeField(attribute: Attribute, section: Section, before = ''): Field {
  const kind =
    attribute.type === 'list' && attribute.multiple
      ? 'many'
      : attribute.type === 'checkbox' && attribute.three_state
        ? 'checkbox3'
        : kinds[attribute.type]
  return {
    key: `${before}attributes.${attribute.key}`,
    label: attribute.label || attribute.key,
    kind,
    section,
    ...(attribute.options && { options: attribute.options }),
    ...(attribute.currency && { currency: attribute.currency }),
    ...(attribute.archived && { archived: true }),
  }
}

/** Labels are how the page calls fields. */
export interface Labels {
  field: (key: string) => string
  changed: (label: string) => string
  company: (label: string) => string
}

/** Catalog is all fields of a workspace, by what a group asks about. */
export type Catalog = Record<Entity, Map<string, Field>>

/** catalogOf lists the fields that rules can ask about. */
export function catalogOf(attributes: readonly Attribute[], labels: Labels): Catalog {
  const plain = (fields: Plain[], section: Section, entity = ''): Field[] =>
    fields.map(([key, kind, options]) => ({
      key,
      label: labels.field(entity ? `${entity}.${key}` : key),
      kind,
      section,
      ...(options && { options, worded: true }),
    }))
  const of = (entity: Attribute['entity']) => attributes.filter((attribute) => attribute.entity === entity)
  const own = of('contact').map((attribute) => attributeField(attribute, 'attributes'))
  const changedField = (key: string, label: string): Field => ({
    key: `changed.${key}`, label: labels.changed(label), kind: 'instant', section: 'changed',
  })
  const contact: Field[] = [
    ...plain(person, 'standard'),
    ...own,
    ...plain(activity, 'activity'),
    ...plain(company, 'company'),
    ...of('company').map((attribute) => {
      const field = attributeField(attribute, 'company', 'company.')
      return { ...field, label: labels.company(field.label) }
    }),
    { key: 'reachable', label: labels.field('reachable'), kind: 'many', section: 'consent', options: channels, worded: true },
    ...channels.map(
      (channel): Field => ({
        key: `consent.${channel}`, label: labels.field(`consent.${channel}`), kind: 'choice', section: 'consent',
        options: ['subscribed', 'unsubscribed', 'unknown'], worded: true,
      }),
    ),
    ...(['conversations', 'notes', 'campaign_events'] as const).map(
      (key): Field => ({ key, label: labels.field(key), kind: 'related', section: 'related' }),
    ),
    { key: 'segment', label: labels.field('segment'), kind: 'segment', section: 'segment' },
    { key: 'random_bucket', label: labels.field('random_bucket'), kind: 'bucket', section: 'segment' },
    ...tracked.map((key) => changedField(key, labels.field(key))),
    ...own.map((field) => changedField(field.key, field.label)),
  ]
  const related = [
    ...plain(conversation, 'standard', 'conversations'),
    ...of('conversation').map((attribute) => attributeField(attribute, 'attributes')),
  ]
  return {
    contact: byKey(contact),
    conversations: byKey(related),
    notes: byKey(plain(note, 'standard', 'notes')),
    campaign_events: byKey(plain(campaignEvent, 'standard', 'campaign_events')),
  }
}

function byKey(fields: Field[]): Map<string, Field> {
  return new Map(fields.map((field) => [field.key, field]))
}

/** relatedEntity is what the `where` of a rule asks about. */
export function relatedEntity(field: string): Exclude<Entity, 'contact'> | undefined {
  return field === 'conversations' || field === 'notes' || field === 'campaign_events' ? field : undefined
}
