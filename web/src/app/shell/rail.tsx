import { UnstyledButton } from '@mantine/core'
import {
  IconAdjustmentsHorizontal,
  IconBuilding,
  IconKey,
  IconLayoutSidebarLeftCollapse,
  IconLayoutSidebarLeftExpand,
  IconSettings,
  IconUserSearch,
  IconUserShield,
  IconUsersGroup,
  type Icon,
} from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { prefer, usePreferences } from '@/lib/preferences'
import { allows, type Right, type Scope } from '@/lib/scopes'
import { Account } from './account'
import styles from './shell.module.css'

interface Place {
  to: string
  name: 'find' | 'segments' | 'companies' | 'attributes' | 'keys' | 'people' | 'settings'
  icon: Icon
  right?: Right
}

const places: Place[] = [
  { to: '/find', name: 'find', icon: IconUserSearch },
  { to: '/segments', name: 'segments', icon: IconUsersGroup },
  { to: '/companies', name: 'companies', icon: IconBuilding },
  { to: '/attributes', name: 'attributes', icon: IconAdjustmentsHorizontal },
  { to: '/keys', name: 'keys', icon: IconKey, right: 'readKeys' },
  { to: '/people', name: 'people', icon: IconUserShield, right: 'readKeys' },
  { to: '/settings', name: 'settings', icon: IconSettings },
]

/** Rail leads to the pages that the scope can read. */
export function Rail({ scope, name }: { scope: Scope; name: string }) {
  const { t } = useTranslation()
  const { rail } = usePreferences()
  const open = rail === 'open'
  const Fold = open ? IconLayoutSidebarLeftCollapse : IconLayoutSidebarLeftExpand
  return (
    <nav className={styles.rail} data-open={open} aria-label={t('nav.main')}>
      <Link to="/" className={styles.brand}>
        <img src="/icon.svg" alt="" width={24} height={24} />
        <span className={styles.label}>{t('app.name')}</span>
      </Link>
      {places
        .filter((place) => !place.right || allows(scope, place.right))
        .map((place) => (
          <Link
            key={place.to}
            to={place.to}
            className={styles.link}
            activeOptions={{ includeSearch: false }}
          >
            <place.icon size={18} aria-hidden style={{ flex: 'none' }} />
            <span className={styles.label}>{t(`nav.${place.name}`)}</span>
          </Link>
        ))}
      <span className={styles.space} />
      <Account name={name} open={open} />
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
