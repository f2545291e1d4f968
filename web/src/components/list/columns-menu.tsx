import { Button, Checkbox, Popover, ScrollArea, Stack } from '@mantine/core'
import { IconColumns } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { toggled } from '@/lib/list-view'

interface MenuProps {
  /** All fields that a column can show, and those that are shown. */
  fields: readonly string[]
  columns: string[]
  change: (columns: string[]) => void
  labelOf: (field: string) => string
}

/** ColumnsMenu chooses what a list shows of each record. The name is always there. */
export function ColumnsMenu({ fields, columns, change, labelOf }: MenuProps) {
  const { t } = useTranslation()
  return (
    <Popover position="bottom-end" width={260} trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns size={14} aria-hidden />}>
          {t('list.columns')}
        </Button>
      </Popover.Target>
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
