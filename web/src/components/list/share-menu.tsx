import { IconShare } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import { ToolButton } from './tool-button'

const fetched = () => import('./share-dropdown')
const ShareDropdown = later(async () => (await fetched()).ShareDropdown)

/** ShareMenu gives what a page shows as a link, and as a line for a shell. The choice is fetched when it is wanted. */
export function ShareMenu({ curl }: { curl: () => string }) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (
    <ToolButton icon={IconShare} label={t('list.share')} fetch={fetched} aria-haspopup="menu" {...(!wanted && { onClick: () => setWanted(true) })} />
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <ShareDropdown curl={curl}>{button}</ShareDropdown>
    </Suspense>
  )
}
