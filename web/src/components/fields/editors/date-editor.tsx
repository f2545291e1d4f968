import { TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { EditorProps } from './props'
import { useState } from 'react'

/** DateEditor edits a calendar day with the browser's own control, which takes it by keyboard in the reader's order. */
export function DateEditor({ label, value, change, invalid, describedBy }: EditorProps) {
  const { t } = useTranslation()
  const [half, setHalf] = useState(false)
  return (
    <TextInput
      data-autofocus
      type="date"
      size="xs"
      aria-label={label}
      aria-describedby={describedBy}
      error={half ? t('edit.badDate') : invalid}
      value={typeof value === 'string' ? value : ''}
      onChange={(event) => {
        setHalf(event.currentTarget.validity.badInput)
        change(event.currentTarget.value)
      }}
      onKeyDown={(event) => {
        // A half date has no value. To save it would empty the field.
        if (event.key !== 'Enter' || !event.currentTarget.validity.badInput) return
        event.preventDefault()
        setHalf(true)
      }}
    />
  )
}
