import { Outlet, useNavigate, useRouteContext } from '@tanstack/react-router'
import { onlineManager, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { focusBox } from '@/lib/finder'
import { usePreferences } from '@/lib/preferences'
import { useShortcuts } from '@/lib/shortcuts'
import { Rail } from './rail'
import { SearchBox } from './search-box'
import styles from './shell.module.css'
import { SignedOut } from './signed-out'

const KeySheet = lazy(() => import('./key-sheet').then((module) => ({ default: module.KeySheet })))

/** Shell is what stands around every page of those who have signed in. */
export function Shell() {
  const { t } = useTranslation()
  const { session } = useRouteContext({ from: '/signed-in' })
  const { density } = usePreferences()
  const [sheet, setSheet] = useState(false)
  const navigate = useNavigate()

  useEffect(() => {
    document.documentElement.dataset['density'] = density
  }, [density])

  useShortcuts(
    useMemo(
      () => ({
        '/': focusBox,
        '?': () => setSheet(true),
        'g f': () => void navigate({ to: '/find' }),
        'g s': () => void navigate({ to: '/segments' }),
        'g c': () => void navigate({ to: '/companies' }),
      }),
      [navigate],
    ),
  )
  useEffect(() => {
    const answer = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
        event.preventDefault()
        focusBox()
      }
    }
    window.addEventListener('keydown', answer)
    return () => window.removeEventListener('keydown', answer)
  }, [])

  return (
    <div className={styles.frame}>
      <a className="skip" href="#page">
        {t('app.skip')}
      </a>
      <Rail scope={session.who.scope} name={session.who.name} />
      <header className={styles.top}>
        <SearchBox />
      </header>
      <main className={styles.page} id="page" tabIndex={-1}>
        <Offline />
        <Outlet />
      </main>
      {sheet && (
        <Suspense>
          <KeySheet close={() => setSheet(false)} />
        </Suspense>
      )}
      <SignedOut />
    </div>
  )
}

/** Offline says that there is no connection, while there is none. */
function Offline() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const online = useSyncExternalStore(
    (changed) => onlineManager.subscribe(changed),
    () => onlineManager.isOnline(),
  )
  const cut = useRef(false)
  useEffect(() => {
    if (online && cut.current) void queries.invalidateQueries()
    cut.current = !online
  }, [online, queries])
  return online ? null : (
    <div className={styles.banner} role="status">
      {t('app.offline')}
    </div>
  )
}
