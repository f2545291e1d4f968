import type { Control } from '../control'

/** Address is an e-mail or a phone of a contact. */
export interface Address {
  value: string
  primary: boolean
  shared: boolean
}

/** addressesOf is what the server gets: without empty lines, and with one main address. */
export function addressesOf(value: unknown): Address[] {
  const filled = ((value as Address[] | null) ?? []).flatMap((one) =>
    one.value.trim() === '' ? [] : [{ value: one.value.trim(), primary: one.primary, shared: one.shared }],
  )
  const main = Math.max(0, filled.findIndex((one) => one.primary))
  return filled.map((one, i) => ({ ...one, primary: i === main }))
}

/** Identity is an account of a contact on a channel. */
export interface Identity {
  channel: string
  source_id: string
}

/** identitiesOf is what the server gets: without empty lines. */
export function identitiesOf(value: unknown): Identity[] {
  return ((value as Identity[] | null) ?? []).flatMap(({ channel, source_id }) =>
    source_id.trim() === '' ? [] : [{ channel, source_id: source_id.trim() }],
  )
}

/** numberOf is a typed number; what is none stays as it is, for the server to say what is wrong with it. */
export function numberOf(value: unknown): unknown {
  if (typeof value !== 'string') return value
  const text = value.trim()
  const number = Number(text)
  // Only what the number shows again is one: a long one would lose digits.
  return text !== '' && String(number) === text ? number : text
}

/** several says whether Enter belongs to the control itself, so that Ctrl+Enter saves. */
export function several(control: Control): boolean {
  return control.kind === 'options' || control.kind === 'labels' || control.kind === 'domains'
}

/** finished is a value of an editor as the server gets it. */
export function finished(control: Control, value: unknown): unknown {
  switch (control.kind) {
    case 'number':
      return numberOf(value)
    case 'emails':
    case 'phones':
      return addressesOf(value)
    case 'identities':
      return identitiesOf(value)
    case 'option':
      return control.flag && typeof value === 'string' ? value === 'true' : value
    default:
      return typeof value === 'string' ? value.trim() : value
  }
}
