import { ActionIcon } from '@mantine/core'
import { IconDotsVertical } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { RowMenuItems } from './later'
import type { RowMenuProps } from './row-menu-items'

/** RowMenu is what can be done with a row or a group. What nobody opens is not drawn. */
export function RowMenu(props: RowMenuProps) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (
    <ActionIcon
      variant="subtle"
      color="gray"
      aria-haspopup="menu"
      aria-label={`${t('segments.builder.menu')}, ${props.name}`}
      {...(!wanted && { onClick: () => setWanted(true) })}
    >
      <IconDotsVertical size={14} aria-hidden />
    </ActionIcon>
  )
  if (!wanted) return button
  return (
    <Suspense fallback={button}>
      <RowMenuItems {...props}>{button}</RowMenuItems>
    </Suspense>
  )
}
