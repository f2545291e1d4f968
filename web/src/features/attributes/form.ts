import type { components } from '@/lib/api/schema'
import type { Attribute } from '@/lib/attributes'

/** Form is an attribute as it is typed: as texts, whatever the type. */
export interface Form {
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

/** empty is the form of a new attribute. */
export const empty: Form = {
  label: '', key: '', type: 'text', description: '', group: '', options: '', multiple: false, three_state: false,
  currency: '', min: '', max: '', pattern: '', cue: '', required: false,
}

const shown = (value: unknown) => (value === undefined || value === null ? '' : String(value))

/** formOf is the form of an attribute that exists. */
export function formOf(of: Attribute): Form {
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

/** changeable is what a form says that can be changed later. */
export function changeable(form: Form): components['schemas']['AttributeInput'] {
  const { type } = form
  return {
    label: form.label.trim(),
    description: orNull(form.description),
    group: orNull(form.group),
    required: form.required,
    ...(type === 'list' && { options: linesOf(form.options) }),
    ...((type === 'number' || type === 'percentage') && { min: numberOrNull(form.min), max: numberOrNull(form.max) }),
    ...(type === 'text' && { pattern: orNull(form.pattern), cue: orNull(form.cue) }),
  }
}

/** changedOf is what a form changes of an attribute: only what somebody has typed. */
export function changedOf(form: Form, typed: Partial<Form>): components['schemas']['AttributeInput'] {
  return Object.fromEntries(Object.entries(changeable(form)).filter(([field]) => field in typed))
}

/** creation is a form as a new attribute is sent. */
export function creation(form: Form): components['schemas']['AttributeCreation'] {
  const { type } = form
  return {
    ...changeable(form),
    key: form.key.trim() || keyOf(form.label),
    type,
    ...(type === 'list' && { multiple: form.multiple }),
    ...(type === 'checkbox' && { three_state: form.three_state }),
    ...(type === 'currency' && form.currency.trim() && { currency: form.currency.trim() }),
  }
}
