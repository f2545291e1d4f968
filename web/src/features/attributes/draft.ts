import type { components } from '@/lib/api/schema'
import type { Attribute } from '@/lib/attributes'

/** Draft is what the form holds, as texts, whatever the type. */
export interface Draft {
  label: string
  key: string
  type: Attribute['type']
  description: string
  group: string
  options: string
  multiple: boolean
  three_state: boolean
  currency: string
  min: string
  max: string
  pattern: string
  cue: string
  required: boolean
}

/** The types of attributes, in the order in which they are offered. */
export const types: Attribute['type'][] = ['text', 'number', 'currency', 'percentage', 'date', 'list', 'checkbox', 'link']

/** empty is the draft of a new attribute. */
export const empty: Draft = {
  label: '', key: '', type: 'text', description: '', group: '', options: '', multiple: false, three_state: false,
  currency: '', min: '', max: '', pattern: '', cue: '', required: false,
}

const shown = (value: unknown) => (value === undefined || value === null ? '' : String(value))

/** draftOf is the draft of an attribute that exists. */
export function draftOf(of: Attribute): Draft {
  return {
    label: of.label, key: of.key, type: of.type, description: of.description ?? '', group: of.group ?? '',
    options: (of.options ?? []).join('\n'), multiple: of.multiple ?? false, three_state: of.three_state ?? false,
    currency: of.currency ?? '', min: shown(of.min), max: shown(of.max), pattern: of.pattern ?? '', cue: of.cue ?? '',
    required: of.required ?? false,
  }
}

/** keyOf makes a key out of a label: small letters, digits and underscores. */
export function keyOf(label: string): string {
  return label
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .replace(/^(?=[0-9])/, 'a_')
    .slice(0, 60)
}

/** linesOf are the lines of a text that say something. */
export function linesOf(text: string): string[] {
  return text.split('\n').map((line) => line.trim()).filter(Boolean)
}

const orNull = (text: string) => text.trim() || null
// What is no number goes as it was typed: the server says what is wrong with it.
const numberOrNull = (text: string) =>
  text.trim() === '' ? null : Number.isFinite(Number(text)) ? Number(text) : (text.trim() as unknown as number)

/** changeable is what a draft says that can be changed later. */
export function changeable(draft: Draft): components['schemas']['AttributeInput'] {
  const { type } = draft
  return {
    label: draft.label.trim(),
    description: orNull(draft.description),
    group: orNull(draft.group),
    required: draft.required,
    ...(type === 'list' && { options: linesOf(draft.options) }),
    ...((type === 'number' || type === 'percentage') && { min: numberOrNull(draft.min), max: numberOrNull(draft.max) }),
    ...(type === 'text' && { pattern: orNull(draft.pattern), cue: orNull(draft.cue) }),
  }
}

/** creation is a draft as a new attribute is sent. */
export function creation(draft: Draft): components['schemas']['AttributeCreation'] {
  const { type } = draft
  return {
    ...changeable(draft),
    key: draft.key.trim() || keyOf(draft.label),
    type,
    ...(type === 'list' && { multiple: draft.multiple }),
    ...(type === 'checkbox' && { three_state: draft.three_state }),
    ...(type === 'currency' && draft.currency.trim() && { currency: draft.currency.trim() }),
  }
}
