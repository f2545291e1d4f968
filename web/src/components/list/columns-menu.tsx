import { IconColumns } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { later } from '@/lib/fetched'
import { ToolButton } from './tool-button'

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
    <ToolButton icon={IconColumns} label={t('list.columns')} fetch={fetched} aria-haspopup="dialog" {...(click && { onClick: click })} />
  )
  if (!wanted) return button(() => setWanted(true))
  return (
    <Suspense fallback={button()}>
      <ColumnsDropdown {...props} button={button} />
    </Suspense>
  )
}
