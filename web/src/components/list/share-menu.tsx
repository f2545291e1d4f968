import { Button } from '@mantine/core'
import { IconShare } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'

const fetched = () => import('./share-dropdown')
const ShareDropdown = later(async () => (await fetched()).ShareDropdown)

/** ShareMenu gives what a page shows as a link, and as a line for a shell. The choice is fetched when it is wanted. */
export function ShareMenu({ curl }: { curl: () => string }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconShare size={14} aria-hidden />}
      aria-haspopup="menu"
      onPointerEnter={() => void fetched().catch(() => undefined)}
      onFocus={() => void fetched().catch(() => undefined)}
      {...(wanted ? {} : { onClick: () => setWanted(true) })}
    >
      {t('list.share')}
    </Button>
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <ShareDropdown curl={curl}>{button}</ShareDropdown>
    </Suspense>
  )
}
