import { Pill } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { picked, type View } from '@/lib/list-view'

interface ChipsProps {
  view: View
  change: (view: View) => void
  labelOf: (field: string) => string
  /** How a value of a field is shown. */
  wordOf: (field: string, value: string) => string
}

/** Chips are what is picked, each with a way to take it back. */
export function Chips({ view, change, labelOf, wordOf }: ChipsProps) {
  const { t } = useTranslation()
  return Object.entries(view.picks ?? {}).map(([field, pick]) => {
    const label = labelOf(field)
    const values = [
      ...(pick.is ?? []).map((value) => wordOf(field, value)),
      ...(pick.none ? [t('list.noValue')] : []),
      ...(pick.not ?? []).map((value) => t('list.notChip', { value: wordOf(field, value) })),
    ]
    return (
      <Pill
        key={field}
        withRemoveButton
        onRemove={() => change(picked(view, field, {}))}
        removeButtonProps={{ 'aria-label': t('list.clearPick', { field: label }), 'aria-hidden': false, tabIndex: 0 }}
      >
        {label}: {values.join(', ')}
      </Pill>
    )
  })
}
