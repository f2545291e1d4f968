import { Tooltip, VisuallyHidden } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { number } from '@/lib/text'
import styles from './builder.module.css'
import { useLive } from './store'

/** RowNumbers says how many pass a row alone, and in the outermost group how many are left after it. */
export function RowNumbers({ id, outermost }: { id: string; outermost: boolean }) {
  const { t } = useTranslation()
  const [over, setOver] = useState(false)
  const how = useLive((live) => live.how)
  const total = useLive((live) => live.total)
  const lacking = useLive((live) => live.lacks.has(id) || live.faults.has(id))
  const own = useLive((live) => live.alone.get(id))
  const after = useLive((live) => (outermost ? (how === 'added' ? live.added : live.after).get(id) : undefined))
  if (lacking || (own === undefined && after === undefined)) return <span className={styles.numbers} />
  const share = total > 0 && after !== undefined ? Math.min(100, (after / total) * 100) : 0
  const explained = [
    own !== undefined && t('segments.builder.explained.alone', { count: own, number: number(own) }),
    after !== undefined && t(`segments.builder.explained.${how}`, { count: after, number: number(after) }),
  ].filter(Boolean).join(' ')
  const numbers = (
    <span className={styles.numbers} onPointerEnter={() => setOver(true)} onPointerLeave={() => setOver(false)}>
      <VisuallyHidden>{explained}</VisuallyHidden>
      {own !== undefined && <span aria-hidden>{t('segments.builder.alone', { number: number(own) })}</span>}
      {after !== undefined && (
        <>
          <span className={styles.after} aria-hidden>
            {t(`segments.builder.${how}`, { number: number(after) })}
          </span>
          <span className={styles.bar} aria-hidden>
            <span style={{ width: `${share}%` }} />
          </span>
        </>
      )}
    </span>
  )
  // A row under nobody's pointer has no tooltip: there can be hundreds.
  return over ? <Tooltip label={explained} multiline w={240} opened>{numbers}</Tooltip> : numbers
}
