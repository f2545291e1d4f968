import { UnstyledButton } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useLocation } from '@tanstack/react-router'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import type { Place } from './places'
import styles from './shell.module.css'

const PlacesMenu = later(async () => (await import('./places-menu')).PlacesMenu)

/** MorePlaces leads to the pages for which a phone has no room in the rail. */
export function MorePlaces({ places }: { places: Place[] }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const here = useLocation({ select: ({ pathname }) => places.some(({ to }) => pathname.startsWith(to)) })
  const button = (
    <UnstyledButton
      className={styles.link}
      aria-label={t('nav.morePlaces')}
      aria-haspopup="menu"
      {...(here && { 'data-status': 'active' })}
      {...(!wanted && { onClick: () => setWanted(true) })}
    >
      <IconDots size={18} aria-hidden style={{ flex: 'none' }} />
      <span className={styles.label}>{t('nav.more')}</span>
    </UnstyledButton>
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <PlacesMenu places={places}>{button}</PlacesMenu>
    </Suspense>
  )
}
