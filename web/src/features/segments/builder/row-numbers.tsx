import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Group } from '@/lib/filter/types'
import { number } from '@/lib/text'
import { count, everyone } from '../queries'
import styles from './builder.module.css'
import { useBoard, useLive } from './store'

/** RowNumbers says how many pass a row alone, and in the outermost group how many are left after it. */
export function RowNumbers({ id, outermost }: { id: string; outermost: boolean }) {
  const { t } = useTranslation()
  const { alone } = useBoard()
  const quiet = useLive((live) => live.quiet)
  const how = useLive((live) => live.how)
  const total = useLive((live) => live.total)
  const lacking = useLive((live) => live.lacks.has(id) || live.faults.has(id))
  const after = useLive((live) => (how === 'added' ? live.added : live.after).get(id))
  const asked = useRef<Group>(undefined)
  // While somebody types, the number of before stays.
  if (quiet && !lacking) asked.current = alone(id)
  const filter = asked.current
  const own = useQuery({ ...(filter ? count(filter) : everyone), enabled: quiet && filter !== undefined })
  if (lacking) return <span className={styles.numbers} />
  const share = total > 0 && after !== undefined ? Math.min(100, (after / total) * 100) : 0
  return (
    <span className={styles.numbers}>
      {filter && own.data !== undefined && <span>{t('segments.builder.alone', { number: number(own.data) })}</span>}
      {outermost && after !== undefined && (
        <>
          <span className={styles.after}>{t(`segments.builder.${how}`, { number: number(after) })}</span>
          <span className={styles.bar} aria-hidden>
            <span style={{ width: `${share}%` }} />
          </span>
        </>
      )}
    </span>
  )
}
