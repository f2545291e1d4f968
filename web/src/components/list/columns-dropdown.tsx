import { Checkbox, Popover, ScrollArea, Stack } from '@mantine/core'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { toggled } from '@/lib/list-view'
import type { ColumnsProps } from './columns-menu'

/** ColumnsDropdown is the choice of columns below its button. It is open when it is fetched. */
export function ColumnsDropdown({ fields, columns, change, labelOf, button }: ColumnsProps & { button: (click: () => void) => ReactNode }) {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(true)
  return (
    <Popover position="bottom-end" width={260} trapFocus returnFocus opened={opened} onChange={setOpened}>
      <Popover.Target>{button(() => setOpened(!opened))}</Popover.Target>
      <Popover.Dropdown aria-label={t('list.columns')}>
        <ScrollArea.Autosize mah={360}>
          <Stack gap="sm">
            {fields.map((field) => (
              <Checkbox
                key={field}
                size="xs"
                label={labelOf(field)}
                checked={columns.includes(field)}
                disabled={columns.length === 1 && columns[0] === field}
                onChange={() => change(toggled(columns, field))}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  )
}
