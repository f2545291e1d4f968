import { Button } from '@mantine/core'
import { IconColumns } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'

const fetched = () => import('./columns-dropdown')
const ColumnsDropdown = lazy(() => fetched().then((module) => ({ default: module.ColumnsDropdown })))

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
      onPointerEnter={() => void fetched()}
      onFocus={() => void fetched()}
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
