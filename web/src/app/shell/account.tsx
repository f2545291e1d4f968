import { UnstyledButton } from '@mantine/core'
import { IconUserCircle } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import styles from './shell.module.css'

const fetched = () => import('./account-menu')
const AccountMenu = later(async () => (await fetched()).AccountMenu)

/** Account is the button of the person's menu, which leads to help. The menu is fetched when somebody comes near it. */
export function Account({ name, open, help }: { name: string; open: boolean; help: () => void }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (
    <UnstyledButton
      className={styles.link}
      aria-label={`${t('nav.account')}: ${name}`}
      aria-haspopup="menu"
      onPointerEnter={() => void fetched().catch(() => undefined)}
      onFocus={() => void fetched().catch(() => undefined)}
      {...(wanted ? {} : { onClick: () => setWanted(true) })}
    >
      <IconUserCircle size={18} aria-hidden style={{ flex: 'none' }} />
      <span className={styles.label} dir="auto">
        {open ? name : t('nav.you')}
      </span>
    </UnstyledButton>
  )
  return wanted ? (
    <Suspense fallback={button}>
      <AccountMenu help={help}>{button}</AccountMenu>
    </Suspense>
  ) : (
    button
  )
}
