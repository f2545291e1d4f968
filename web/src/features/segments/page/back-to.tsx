import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Tab } from '../views'
import styles from './segment.module.css'

/** BackTo leads from a part of a segment to the segment. The name is not there until it is known, or when the segment was deleted. */
export function BackTo({ id, name, tab }: { id: string; name: string | undefined; tab: Tab }) {
  const { t } = useTranslation()
  return (
    <p className={styles.muted}>
      <Link to="/segments/$id" params={{ id }} search={{ tab }} dir="auto">
        {name === undefined ? t('segments.audience.segment') : t('segments.audience.segmentOf', { name })}
      </Link>
    </p>
  )
}
