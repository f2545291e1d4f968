import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Names } from './names'
import styles from './segment.module.css'

/** PersonLink leads to somebody. For one who was merged meanwhile it says into whom, and leads there. */
export function PersonLink({ id, names, awaited = false }: { id: string; names: Names | undefined; awaited?: boolean }) {
  const { t } = useTranslation()
  const named = names?.get(id)
  const at = named?.into?.id ?? id
  const link = (
    <Link to="/contacts/$id" params={{ id: at }} dir="auto">
      {(named?.into ?? named)?.name || (awaited ? '…' : at)}
    </Link>
  )
  if (!named?.into) return link
  return (
    <>
      {named.name && <span dir="auto">{named.name}</span>} <span className={styles.muted}>{t('segments.page.mergedInto')}</span> {link}
    </>
  )
}
