import { Select } from '@mantine/core'
import { useMemo, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { fold } from '@/lib/text'
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
  // New data would empty the box.
  const data = useMemo(() => (clearable ? [...options, { value: nothing, label: t('edit.unset') }] : options), [clearable, options, t])
  const chosen = data.find((option) => option.value === value)?.label ?? ''
  const [typed, setTyped] = useState(chosen)
  const pick = (picked: string) => save(picked === nothing ? null : picked)
  // Who types fast presses Enter before the list is there, in which the first one is marked. What was typed counts then, too.
  const pressed = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing || typed === chosen || document.querySelector('[role=option][data-combobox-selected]')) return
    event.preventDefault()
    event.stopPropagation()
    const first = data.find((option) => fold(option.label).includes(fold(typed.trim())))
    if (first) pick(first.value)
  }
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
      data={data}
      searchValue={typed}
      onSearchChange={setTyped}
      onKeyDown={pressed}
      value={typeof value === 'string' && value !== '' ? value : null}
      maxDropdownHeight={280}
      comboboxProps={{ withinPortal: true }}
      onOptionSubmit={pick}
    />
  )
}
