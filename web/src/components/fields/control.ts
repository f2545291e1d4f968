import type { Attribute } from '@/lib/attributes'

/** Control is how a field is edited. */
export type Control =
  | { kind: 'text' | 'number' | 'date' | 'checkbox' | 'country' | 'company' | 'labels' | 'domains' | 'emails' | 'phones' | 'identities' }
  | { kind: 'option' | 'options'; options: { value: string; label: string }[]; clearable: boolean; flag?: boolean }

/** controlOf is how an attribute is edited, by its type. */
export function controlOf(attribute: Attribute, yes: string, no: string): Control {
  const options = (attribute.options ?? []).map((value) => ({ value, label: value }))
  switch (attribute.type) {
    case 'number':
    case 'currency':
    case 'percentage':
      return { kind: 'number' }
    case 'date':
      return { kind: 'date' }
    case 'list':
      return { kind: attribute.multiple ? 'options' : 'option', options, clearable: !attribute.required }
    case 'checkbox':
      if (!attribute.three_state) return { kind: 'checkbox' }
      return {
        kind: 'option',
        options: [{ value: 'true', label: yes }, { value: 'false', label: no }],
        clearable: !attribute.required,
        flag: true,
      }
    default:
      return { kind: 'text' }
  }
}
