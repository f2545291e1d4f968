import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { connected, onConnection } from '@/lib/api/connection'
import styles from './shell.module.css'

/** Offline says that there is no connection, while there is none. Then everything in sight is asked for again. */
export function Offline() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const there = useSyncExternalStore(onConnection, connected)
  const cut = useRef(false)
  useEffect(() => {
    if (there && cut.current) void queries.invalidateQueries()
    cut.current = !there
  }, [there, queries])
  return there ? null : (
    <div className={styles.banner} role="status">
      {t('app.offline')}
    </div>
  )
}
