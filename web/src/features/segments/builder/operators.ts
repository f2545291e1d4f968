/** Kind is what the operators and the values of a field depend on. */
export type Kind =
  | 'text' | 'email' | 'phone' | 'id' | 'choice' | 'country' | 'many' | 'number' | 'currency' | 'percentage'
  | 'date' | 'instant' | 'checkbox' | 'checkbox3' | 'segment' | 'bucket' | 'related'

const textual = [
  'eq', 'ne', 'in', 'not_in', 'contains', 'not_contains', 'starts_with', 'not_starts_with', 'ends_with', 'not_ends_with',
  'exists', 'not_exists',
]
const chosen = ['in', 'not_in', 'eq', 'ne', 'exists', 'not_exists']
const numeric = ['eq', 'ne', 'gt', 'gte', 'lt', 'lte', 'between', 'not_between', 'in', 'not_in', 'exists', 'not_exists']
const dated = [
  'within_last', 'not_within_last', 'within_next', 'not_within_next', 'in_this', 'not_in_this', 'in_last', 'not_in_last',
  'in_next', 'not_in_next', 'on', 'not_on', 'before', 'after', 'lte', 'gte', 'between', 'not_between',
  'anniversary_within', 'not_anniversary_within', 'exists', 'not_exists',
]

/** operators are those that a kind of field has, in the order of the menu. */
export const operators: Record<Kind, readonly string[]> = {
  text: textual,
  email: textual,
  phone: textual,
  id: textual,
  choice: chosen,
  country: chosen,
  many: ['any_of', 'all_of', 'none_of', 'exists', 'not_exists'],
  number: numeric,
  currency: numeric,
  percentage: numeric,
  date: dated,
  instant: dated,
  checkbox: ['eq', 'ne'],
  checkbox3: ['eq', 'ne', 'exists', 'not_exists'],
  segment: ['in', 'not_in'],
  bucket: ['lt', 'gte'],
  related: ['any', 'none', 'count_gte', 'count_lte', 'count_eq'],
}

/** Control is what a value is typed or chosen with. */
export type Control =
  | 'none' | 'text' | 'texts' | 'number' | 'range' | 'numbers' | 'day' | 'days' | 'period' | 'unit' | 'units' | 'yes' | 'count' | 'share'

const lists = new Set(['in', 'not_in', 'any_of', 'all_of', 'none_of'])

/** controlOf is the control of a rule. */
export function controlOf(kind: Kind, operator: string): Control {
  if (['exists', 'not_exists', 'any', 'none', ''].includes(operator)) return 'none'
  if (kind === 'related') return 'count'
  if (kind === 'bucket') return 'share'
  if (kind === 'checkbox' || kind === 'checkbox3') return 'yes'
  const number = kind === 'number' || kind === 'currency' || kind === 'percentage'
  if (lists.has(operator)) return number ? 'numbers' : 'texts'
  if (number) return operator.endsWith('between') ? 'range' : 'number'
  if (kind === 'date' || kind === 'instant') return dateControl(operator)
  return 'text'
}

function dateControl(operator: string): Control {
  if (operator.endsWith('between')) return 'days'
  if (/within/.test(operator)) return 'period'
  if (operator.endsWith('in_this')) return 'unit'
  return /in_(last|next)$/.test(operator) ? 'units' : 'day'
}

/** firstOperator is the one that a new rule on a field begins with. */
export function firstOperator(kind: Kind): string {
  if (kind === 'text' || kind === 'email' || kind === 'phone') return 'contains'
  if (kind === 'number' || kind === 'currency' || kind === 'percentage') return 'gte'
  return operators[kind][0] ?? ''
}

/** firstValue is what a control begins with; undefined where people have to say it. */
export function firstValue(control: Control, operator: string): unknown {
  switch (control) {
    case 'period':
      return operator.includes('anniversary') ? 'P1W' : 'P30D'
    case 'unit':
      return 'month'
    case 'units':
      return { n: 1, unit: 'month' }
    case 'yes':
      return true
    case 'count':
      return 1
    case 'share':
      return 1000
    default:
      return undefined
  }
}

const one = new Set<Control>(['text', 'number', 'day'])
const several = new Set<Control>(['texts', 'numbers', 'range', 'days'])

/** kept is the value after the operator changed: the same if the new control can show it, else a new one. */
export function kept(value: unknown, from: Control, to: Control, operator: string): unknown {
  if (from === to) return value
  if (value !== undefined && one.has(from) && several.has(to)) return to === 'range' || to === 'days' ? [value, ''] : [value]
  if (Array.isArray(value) && several.has(from) && one.has(to)) return value[0] as unknown
  if (from === 'unit' && to === 'units') return { n: 1, unit: value }
  if (from === 'units' && to === 'unit' && typeof value === 'object' && value !== null) {
    return (value as { unit?: unknown }).unit ?? 'month'
  }
  if (from === 'units' && to === 'unit') return value
  return firstValue(to, operator)
}

const negative = /^(ne|not_in|none_of|not_(?!exists).*)$/

/** isNegative says whether an operator also takes those who have no value. */
export function isNegative(operator: string): boolean {
  return negative.test(operator)
}
