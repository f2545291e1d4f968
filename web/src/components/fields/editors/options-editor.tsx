import { MultiSelect, TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { EditorProps, ListProps } from './props'

const list = (value: unknown) => (Array.isArray(value) ? (value as string[]) : [])

/** OptionsEditor picks several values of some. */
export function OptionsEditor({ label, value, change, invalid, describedBy, options }: EditorProps & { options: { value: string; label: string }[] }) {
  return (
    <MultiSelect
      data-autofocus
      size="xs"
      searchable
      hidePickedOptions
      aria-label={label}
      aria-describedby={describedBy}
      error={invalid}
      data={options}
      value={list(value)}
      maxDropdownHeight={240}
      onChange={change}
    />
  )
}

/** TagsEditor edits a list of any texts. */
export function TagsEditor({ label, value, change, half, changeHalf, invalid, describedBy, kind }: ListProps & { kind: 'labels' | 'domains' }) {
  const { t } = useTranslation()
  return (
    <TagsInput
      data-autofocus
      size="xs"
      aria-label={label}
      aria-describedby={describedBy}
      error={invalid}
      placeholder={t(kind === 'labels' ? 'edit.labelsHint' : 'edit.domainsHint')}
      acceptValueOnBlur
      splitChars={[',', ';']}
      searchValue={half}
      onSearchChange={changeHalf}
      value={list(value)}
      onChange={change}
    />
  )
}
