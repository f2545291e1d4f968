import { Button } from '@mantine/core'
import { IconColumns } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'

const fetched = () => import('./columns-dropdown')
const ColumnsDropdown = later(async () => (await fetched()).ColumnsDropdown)

export interface ColumnsProps {
  /** All fields that a column can show, and those that are shown. */
  fields: readonly string[]
  columns: string[]
  change: (columns: string[]) => void
  labelOf: (field: string) => string
}

/**
 * ColumnsMenu chooses what a list shows of each record. The name is always there. The choice is fetched when somebody
 * comes near the button.
 */
export function ColumnsMenu(props: ColumnsProps) {
  const { t } = useTranslation()
  const [wanted, setWanted] = useState(false)
  const button = (click?: () => void) => (
    <Button
      size="xs"
      variant="default"
      leftSection={<IconColumns size={14} aria-hidden />}
      aria-haspopup="dialog"
      onPointerEnter={() => void fetched().catch(() => undefined)}
      onFocus={() => void fetched().catch(() => undefined)}
      {...(click && { onClick: click })}
    >
      {t('list.columns')}
    </Button>
  )
  if (!wanted) return button(() => setWanted(true))
  return (
    <Suspense fallback={button()}>
      <ColumnsDropdown {...props} button={button} />
    </Suspense>
  )
}
