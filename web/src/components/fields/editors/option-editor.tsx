import { Select } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { EditorProps } from './props'

interface Props extends EditorProps {
  options: { value: string; label: string }[]
  clearable: boolean
}

// Stands for no value: an empty text is not an option that can be picked.
const nothing = '\u0000'

/** OptionEditor picks one value of some. To pick is to save. */
export function OptionEditor({ label, value, save, invalid, describedBy, options, clearable }: Props) {
  const { t } = useTranslation()
  return (
    <Select
      data-autofocus
      size="xs"
      searchable
      selectFirstOptionOnChange
      openOnFocus
      aria-label={label}
      aria-describedby={describedBy}
      error={invalid}
      placeholder={t('edit.pick')}
      data={clearable ? [...options, { value: nothing, label: t('edit.unset') }] : options}
      value={typeof value === 'string' && value !== '' ? value : null}
      maxDropdownHeight={280}
      comboboxProps={{ withinPortal: true }}
      onOptionSubmit={(picked) => save(picked === nothing ? null : picked)}
    />
  )
}
