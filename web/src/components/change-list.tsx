import { useTranslation } from 'react-i18next'
import type { components } from '@/lib/api/schema'
import type { Attribute } from '@/lib/attributes'
import { useShown } from '@/lib/shown'
import styles from './change-list.module.css'

interface ListProps {
  changes: readonly components['schemas']['FieldChange'][]
  entity: Attribute['entity']
  label: (field: string) => string
}

/** ChangeList says what changed, field by field. */
export function ChangeList({ changes, entity, label }: ListProps) {
  const { t } = useTranslation()
  const show = useShown(entity)
  if (changes.length === 0) return null
  return (
    <ul className={styles.changes}>
      {changes.map(({ field, old, new: now }, i) => (
        <li key={`${field} ${i}`}>
          <span className={styles.field}>{label(field)}:</span>
          {old !== undefined && (
            <>
              <del className={styles.old} dir="auto">
                {show(field, old) || t('values.nothing')}
              </del>
              <span aria-hidden>→</span>
            </>
          )}
          <span dir="auto">{now === undefined ? t('values.nothing') : show(field, now) || t('values.nothing')}</span>
        </li>
      ))}
    </ul>
  )
}
