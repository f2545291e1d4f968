import { Input, NativeSelect, TextInput } from '@mantine/core'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { durationOf, durationUnits, writeDuration, type Duration, type DurationUnit } from '@/lib/duration'
import styles from './duration-input.module.css'

interface Props {
  label: string
  description: string
  /** As the API has it, like P90D; empty for none. */
  value: string
  change: (value: string) => void
  error?: string | undefined
  disabled?: boolean
  /** Where fields stand beside each other, help stands under them, so that they are at one height. */
  helpBelow?: boolean
}

/** DurationInput is a duration as a number and its unit, side by side. One of several units stays as the API writes it. */
export function DurationInput({ label, description, value, change, error, disabled = false, helpBelow = false }: Props) {
  const { t } = useTranslation()
  const id = useId()
  // "2" of an empty field is two days; whoever picks the unit first has picked it, too.
  const [typed, setTyped] = useState<Duration>(() => durationOf(value))
  const shown = writeDuration(typed) === value ? typed : durationOf(value)
  const put = ({ text, unit }: Duration) => {
    const next: Duration = { text, unit: unit === '' && /^\d+$/.test(text.trim()) ? 'D' : unit }
    setTyped(next)
    change(writeDuration(next))
  }
  const units = durationUnits.map((unit) => ({ value: unit as string, label: t(`duration.${unit}`) }))
  return (
    <Input.Wrapper label={label} description={description} error={error} id={id} inputWrapperOrder={helpBelow ? ['label', 'input', 'description', 'error'] : ['label', 'description', 'input', 'error']}>
      <div className={styles.both}>
        <TextInput
          id={id}
          inputMode="numeric"
          disabled={disabled}
          error={error !== undefined}
          value={shown.text}
          onChange={(event) => put({ ...shown, text: event.currentTarget.value })}
        />
        <NativeSelect
          aria-label={t('duration.unitOf', { field: label })}
          disabled={disabled}
          value={shown.unit}
          data={shown.unit === '' ? [{ value: '', label: t('duration.asWritten') }, ...units] : units}
          onChange={(event) => put({ ...shown, unit: event.currentTarget.value as DurationUnit })}
        />
      </div>
    </Input.Wrapper>
  )
}
