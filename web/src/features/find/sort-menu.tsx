import { NativeSelect } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { orderOf } from './queries'
import { sorts, type View } from './view'

/** nameOf is the name of an order in the texts. */
function nameOf(sort: (typeof sorts)[number]) {
  return sort === '' ? 'best' : (sort.replace('-', '') as 'last_seen_at' | 'name' | 'created_at' | 'updated_at')
}

/** SortMenu chooses the order of the rows. */
export function SortMenu({ view, change }: { view: View; change: (view: View) => void }) {
  const { t } = useTranslation()
  return (
    <NativeSelect
      size="xs"
      aria-label={t('find.sort')}
      value={orderOf(view) ?? ''}
      onChange={(event) => {
        const { sort: _, ...others } = view
        change(event.currentTarget.value ? { ...others, sort: event.currentTarget.value } : others)
      }}
      data={sorts
        .filter((sort) => sort !== '' || view.q)
        .map((sort) => ({ value: sort, label: t(`find.sorts.${nameOf(sort)}`) }))}
    />
  )
}
