import { UnstyledButton } from '@mantine/core'
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { prefer, usePreferences } from '@/lib/preferences'
import type { Scope } from '@/lib/scopes'
import { useNarrow } from '@/lib/use-width'
import { Account } from './account'
import { MorePlaces } from './more-places'
import { placesOf } from './places'
import styles from './shell.module.css'

/** How many pages a phone has room for in the rail. */
const roomOfPhone = 3

/** Rail leads to the pages that the scope can read, and help opens the sheet of keys. On a phone it is at the bottom. */
export function Rail({ scope, name, help }: { scope: Scope; name: string; help: () => void }) {
  const { t } = useTranslation()
  const { rail } = usePreferences()
  const narrow = useNarrow()
  const open = rail === 'open' && !narrow
  const Fold = open ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand
  const places = placesOf(scope)
  const shown = narrow ? places.slice(0, roomOfPhone) : places
  return (
    <nav className={styles.rail} data-open={open} aria-label={t('nav.main')}>
      <Link to="/" className={styles.brand}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span className={styles.label}>{t('app.name')}</span>
      </Link>
      {shown.map((place) => (
        <Link key={place.to} to={place.to} className={styles.link} activeOptions={{ includeSearch: false }}>
          <place.icon size={18} aria-hidden style={{ flex: 'none' }} />
          <span className={styles.label}>{t(`nav.${place.name}`)}</span>
        </Link>
      ))}
      {narrow && <MorePlaces places={places.slice(roomOfPhone)} />}
      <span className={styles.space} />
      <Account name={name} open={open} help={help} />
      <UnstyledButton
        className={`${styles.link} ${styles.fold}`}
        aria-expanded={open}
        onClick={() => prefer({ rail: open ? 'closed' : 'open' })}
      >
        <Fold size={18} aria-hidden style={{ flex: 'none' }} />
        <span className={styles.label}>{t('app.menu')}</span>
      </UnstyledButton>
    </nav>
  )
}
