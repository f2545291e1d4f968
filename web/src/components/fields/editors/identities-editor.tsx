import { ActionIcon, Button, Group, NativeSelect, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { channels } from '@/lib/shown'
import type { Identity } from './finished'
import type { EditorProps } from './props'

/** IdentitiesEditor edits the accounts of a contact on channels. */
export function IdentitiesEditor({ label, value, change, invalid, describedBy }: EditorProps) {
  const { t } = useTranslation()
  const lines = ((value as Identity[] | null) ?? []).length > 0 ? (value as Identity[]) : [{ channel: 'whatsapp', source_id: '' }]
  const set = (at: number, next: Partial<Identity>) => change(lines.map((line, i) => (i === at ? { ...line, ...next } : line)))
  return (
    <Stack gap={6} role="group" aria-label={label}>
      {lines.map((line, i) => (
        <Group key={i} gap={4} wrap="nowrap">
          <NativeSelect
            size="xs"
            w={112}
            aria-label={t('edit.channel', { n: i + 1 })}
            value={line.channel}
            data={channels.map((channel) => ({ value: channel, label: t(`channels.${channel}`) }))}
            onChange={(event) => set(i, { channel: event.currentTarget.value })}
          />
          <TextInput
            {...(i === 0 ? { 'data-autofocus': true } : {})}
            size="xs"
            style={{ flex: 1 }}
            aria-label={t('edit.sourceId', { n: i + 1 })}
            aria-describedby={describedBy}
            error={invalid}
            autoComplete="off"
            value={line.source_id}
            onChange={(event) => set(i, { source_id: event.currentTarget.value })}
          />
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t('edit.remove', { value: line.source_id || t('edit.sourceId', { n: i + 1 }) })}
            onClick={() => change(lines.filter((_, at) => at !== i))}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={12} aria-hidden />}
        style={{ alignSelf: 'start' }}
        onClick={() => change([...lines, { channel: 'whatsapp', source_id: '' }])}
      >
        {t('edit.addIdentity')}
      </Button>
    </Stack>
  )
}
