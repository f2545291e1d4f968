import { Button, Checkbox, Popover, ScrollArea, Stack } from '@mantine/core'
import { IconColumns } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { attributes } from '@/lib/attributes'
import { useFieldLabels } from '@/lib/field-label'
import { defaultColumns, toggled, type View } from './view'

/** The standard fields that a column can show. */
const shown = [
  'email', 'phone', 'company', 'type', 'country', 'city', 'identifier', 'labels', 'channels', 'last_seen_at', 'created_at',
  'updated_at', 'conversations_count', 'last_message_at',
]

/** ColumnsMenu chooses what the list shows of each person. The name is always there. */
export function ColumnsMenu({ view, change }: { view: View; change: (view: View) => void }) {
  const { t } = useTranslation()
  const labelOf = useFieldLabels()
  const defined = useQuery(attributes('contact')).data ?? []
  const columns = view.columns ?? defaultColumns
  const all = [...shown, ...defined.map((attribute) => `attributes.${attribute.key}`)]
  return (
    <Popover position="bottom-end" width={260} trapFocus returnFocus>
      <Popover.Target>
        <Button size="xs" variant="default" leftSection={<IconColumns size={14} aria-hidden />}>
          {t('find.columns')}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t('find.columns')}>
        <ScrollArea.Autosize mah={360}>
          <Stack gap="sm">
            {all.map((field) => (
              <Checkbox
                key={field}
                size="xs"
                label={labelOf(field)}
                checked={columns.includes(field)}
                disabled={columns.length === 1 && columns[0] === field}
                onChange={() => change({ ...view, columns: toggled(columns, field) })}
              />
            ))}
          </Stack>
        </ScrollArea.Autosize>
      </Popover.Dropdown>
    </Popover>
  )
}
