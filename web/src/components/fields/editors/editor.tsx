import type { ReactNode } from 'react'
import { countries } from '@/lib/countries'
import type { Control } from '../control'
import { AddressesEditor } from './addresses-editor'
import { CompanyEditor } from './company-editor'
import { DateEditor } from './date-editor'
import { IdentitiesEditor } from './identities-editor'
import { OptionEditor } from './option-editor'
import { OptionsEditor, TagsEditor } from './options-editor'
import type { ListProps } from './props'
import { TextEditor } from './text-editor'

/** Editor is the control for a value of some kind. */
export function Editor({ control, half, changeHalf, ...props }: ListProps & { control: Control }): ReactNode {
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
    case 'domains':
      return <TagsEditor {...props} kind={control.kind} half={half} changeHalf={changeHalf} />
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
