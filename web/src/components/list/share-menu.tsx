import { IconDownload, IconShare } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import type { FileForm } from './share-dropdown'
import { ToolButton } from './tool-button'

const fetched = () => import('./share-dropdown')
const ShareDropdown = later(async () => (await fetched()).ShareDropdown)

interface Props {
  curl: () => string
  /** Saves what is shown as a file, on pages that can. */
  save?: (form: FileForm) => void
  saving?: boolean
}

/**
 * ShareMenu gives what a page shows to others: as a file, as a link, and as a line for a shell. The choice is fetched when
 * it is wanted.
 */
export function ShareMenu({ curl, save, saving = false }: Props) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (
    <ToolButton
      icon={save ? IconDownload : IconShare}
      label={t(save ? 'list.export' : 'list.share')}
      named={save !== undefined}
      fetch={fetched}
      loading={saving}
      aria-haspopup="menu"
      {...(!wanted && { onClick: () => setWanted(true) })}
    />
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <ShareDropdown curl={curl} save={save}>
        {button}
      </ShareDropdown>
    </Suspense>
  )
}
