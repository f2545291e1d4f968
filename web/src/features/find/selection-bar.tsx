import { Anchor, Button, Checkbox } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import { allows } from '@/lib/scopes'
import { session } from '@/lib/session'
import { useShortcuts } from '@/lib/shortcuts'
import { number } from '@/lib/text'
import styles from './find.module.css'
import type { Hit, Total } from './queries'
import type { Action, Selection } from './selection'
import type { View } from '@/lib/list-view'

const SaveSegment = later(async () => (await import('./save-segment')).SaveSegment)

interface BarProps {
  selection: Selection
  select: (action: Action) => void
  view: View
  hits: Hit[]
  total: Total | undefined
}

/** SelectionPlace is where the bar is when somebody is found, so that nothing below moves. */
export function SelectionPlace() {
  return <div className={styles.selection} />
}

/** SelectionBar says how many are selected, and what can be done with them. */
export function SelectionBar({ selection, select, view, hits, total }: BarProps) {
  const { t } = useTranslation()
  const scope = useQuery(session).data?.who.scope
  const [saving, setSaving] = useState(false)
  const [before, setBefore] = useState('')
  const count = selection.all ? (total?.value ?? 0) : selection.ids.size
  const whole = hits.length > 0 && selection.ids.size === hits.length
  // Words are no rule of a filter, so all whom they find can be selected only when they are loaded.
  const every = total?.relation === 'eq' && total.value === hits.length
  const more = whole && !selection.all && !view.q && total?.relation === 'eq' && total.value > hits.length

  useShortcuts({ Escape: () => select({ do: 'clear' }) })
  useEffect(() => {
    setBefore((said) => (count > 0 ? t('find.selected', { count, number: number(count) }) : said ? t('find.selectionCleared') : ''))
  }, [count, t])

  return (
    <div className={styles.selection}>
      <Checkbox
        size="xs"
        checked={whole || selection.all}
        indeterminate={count > 0 && !whole && !selection.all}
        onChange={() => select(count > 0 ? { do: 'clear' } : { do: 'loaded', ids: hits.map((hit) => hit.contact.id) })}
        label={
          count > 0
            ? t('find.selected', { count, number: number(count) })
            : t(every ? 'find.selectWhole' : 'find.selectLoaded', { number: number(hits.length) })
        }
      />
      <span role="status" className={styles.heard}>
        {before}
      </span>
      {more && (
        <Anchor component="button" type="button" size="sm" onClick={() => select({ do: 'all' })}>
          {t('find.selectAll', { number: number(total.value) })}
        </Anchor>
      )}
      {count > 0 && (
        <Anchor component="button" type="button" size="sm" onClick={() => select({ do: 'clear' })}>
          {t('find.clearSelection')}
        </Anchor>
      )}
      <span className={styles.spacer} />
      {scope && allows(scope, 'writeSegments') && (count > 0 || view.picks) && (
        <Button size="xs" variant="default" onClick={() => setSaving(true)}>
          {t('find.saveSegment')}
        </Button>
      )}
      {saving && (
        <Suspense>
          <SaveSegment selection={selection} view={view} hits={hits} close={() => setSaving(false)} />
        </Suspense>
      )}
    </div>
  )
}
