import type { ReactNode } from 'react'
import { countries } from '@/lib/countries'
import type { Control } from '../fields'
import { addressesOf, AddressesEditor } from './addresses-editor'
import { CompanyEditor } from './company-editor'
import { DateEditor } from './date-editor'
import { identitiesOf, IdentitiesEditor } from './identities-editor'
import { OptionEditor } from './option-editor'
import { LabelsEditor, OptionsEditor } from './options-editor'
import type { EditorProps } from './props'
import { numberOf, TextEditor } from './text-editor'

/** Editor is the control for a value of some kind. */
export function Editor({ control, ...props }: EditorProps & { control: Control }): ReactNode {
  switch (control.kind) {
    case 'number':
      return <TextEditor {...props} numeric />
    case 'date':
      return <DateEditor {...props} />
    case 'option':
      return <OptionEditor {...props} value={plain(props.value)} options={control.options} clearable={control.clearable} />
    case 'country':
      return <OptionEditor {...props} options={countries()} clearable />
    case 'options':
      return <OptionsEditor {...props} options={control.options} />
    case 'labels':
      return <LabelsEditor {...props} />
    case 'company':
      return <CompanyEditor {...props} />
    case 'emails':
    case 'phones':
      return <AddressesEditor {...props} kind={control.kind} />
    case 'identities':
      return <IdentitiesEditor {...props} />
    default:
      return <TextEditor {...props} />
  }
}

// A checkbox with three states is picked like an option, and an option is a text.
const plain = (value: unknown) => (typeof value === 'boolean' ? String(value) : value)

/** several says whether Enter belongs to the control itself, so that Ctrl+Enter saves. */
export function several(control: Control): boolean {
  return control.kind === 'options' || control.kind === 'labels'
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
