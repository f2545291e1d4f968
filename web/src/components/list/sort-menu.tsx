import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { View } from '@/lib/list-view'

interface MenuProps {
  view: View
  change: (view: View) => void
  /** The order of now, and those that can be chosen; '' is the best match. */
  order: string
  sorts: { value: string; label: string }[]
}

/** SortMenu chooses the order of the rows. */
export function SortMenu({ view, change, order, sorts }: MenuProps) {
  const { t } = useTranslation()
  return (
    <NativeSelect
      size="xs"
      aria-label={t('list.sort')}
      value={order}
      onChange={(event) => {
        const { sort: _, ...others } = view
        change(event.currentTarget.value ? { ...others, sort: event.currentTarget.value } : others)
      }}
      data={sorts}
    />
  )
}
