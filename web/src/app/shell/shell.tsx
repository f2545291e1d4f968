import { Outlet, useNavigate, useRouteContext } from '@tanstack/react-router'
import { Suspense, useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pageID } from '@/lib/arrival'
import { later } from '@/lib/fetched'
import { focusBox } from '@/lib/finder'
import { useShortcuts } from '@/lib/shortcuts'
import { Offline } from './offline'
import { Rail } from './rail'
import { SearchBox } from './search-box'
import styles from './shell.module.css'
import { SignedOut } from './signed-out'
import { useArrival } from './use-arrival'
import { useFocusReturn } from './use-focus-return'

const KeySheet = later(async () => (await import('./key-sheet')).KeySheet)

/** Shell is what stands around every page of those who have signed in. */
export function Shell() {
  const { t } = useTranslation()
  const { session } = useRouteContext({ from: '/signed-in' })
  const [sheet, setSheet] = useState(false)
  const navigate = useNavigate()
  useArrival()
  useFocusReturn()

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
      <a className="skip" href={`#${pageID}`}>
        {t('app.skip')}
      </a>
      <Rail scope={session.who.scope} name={session.who.name} help={() => setSheet(true)} />
      <header className={styles.top}>
        <SearchBox />
      </header>
      <main className={styles.page} id={pageID} tabIndex={-1}>
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
