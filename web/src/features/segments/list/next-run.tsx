import { useTranslation } from 'react-i18next'
import { ago, moment } from '@/lib/text'
import styles from './list.module.css'

/** NextRun is when the next snapshot of a segment is taken by itself. One that is due is taken soon. */
export function NextRun({ at, zone }: { at: string; zone: string }) {
  const { t } = useTranslation()
  return (
    <time dateTime={at}>
      {new Date(at) > new Date() ? ago(at) : t('segments.all.due')}, <span className={styles.muted}>{moment(at, zone)}</span>
    </time>
  )
}
