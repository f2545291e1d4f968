import { Pill } from '@mantine/core'
import '@mantine/core/styles/Pill.css'
import { useTranslation } from 'react-i18next'
import { useFieldLabels } from '@/lib/field-label'
import { picked, type View } from './view'

/** Chips are what is picked, each with a way to take it back. */
export function Chips({ view, change }: { view: View; change: (view: View) => void }) {
  const { t } = useTranslation()
  const labelOf = useFieldLabels()
  return Object.entries(view.picks ?? {}).map(([field, pick]) => {
    const label = labelOf(field)
    const values = [
      ...(pick.is ?? []),
      ...(pick.none ? [t('find.noValue')] : []),
      ...(pick.not ?? []).map((value) => t('find.notChip', { value })),
    ]
    return (
      <Pill
        key={field}
        withRemoveButton
        onRemove={() => change(picked(view, field, {}))}
        removeButtonProps={{ 'aria-label': t('find.clearPick', { field: label }), 'aria-hidden': false, tabIndex: 0 }}
      >
        {label}: {values.join(', ')}
      </Pill>
    )
  })
}
