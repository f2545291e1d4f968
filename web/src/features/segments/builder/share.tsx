import { ActionIcon } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Group } from '@/lib/filter/types'
import { ShareItems } from './later'

/** What can be shared of a filter: a text in CEL, a line for a shell, a link. */
export type Form = 'cel' | 'curl' | 'link'

export interface ShareProps {
  filter: Group
  /** Opens the filter as a text to write in. */
  edit: () => void
  /** Saves the filter as a segment, whose address is short. */
  save: () => void
}

/** ShareMenu gives the filter to others, and takes it as text. */
export function ShareMenu(props: ShareProps) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (
    <ActionIcon variant="default" size={32} aria-haspopup="menu" aria-label={t('segments.builder.more')} {...(!wanted && { onClick: () => setWanted(true) })}>
      <IconDots size={16} aria-hidden />
    </ActionIcon>
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <ShareItems {...props}>{button}</ShareItems>
    </Suspense>
  )
}
