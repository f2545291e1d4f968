import { ActionIcon } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import type { Contact } from '@/lib/edits/contact'

const fetched = () => import('./more-dropdown')
const MoreDropdown = later(async () => (await fetched()).MoreDropdown)

/** MoreMenu has what is seldom done with a contact. It is fetched when somebody comes near it. */
export function MoreMenu({ record }: { record: Contact }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (
    <ActionIcon
      variant="default"
      size={30}
      aria-label={t('profile.menu.title')}
      aria-haspopup="menu"
      onPointerEnter={() => void fetched().catch(() => undefined)}
      onFocus={() => void fetched().catch(() => undefined)}
      {...(wanted ? {} : { onClick: () => setWanted(true) })}
    >
      <IconDots size={16} aria-hidden />
    </ActionIcon>
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <MoreDropdown record={record}>{button}</MoreDropdown>
    </Suspense>
  )
}
