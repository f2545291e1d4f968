import { ActionIcon, Button, Checkbox, Group, Radio, Stack, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import type { Address } from './finished'
import type { EditorProps } from './props'

/** AddressesEditor edits all e-mails, or all phones, of a contact. */
export function AddressesEditor({ label, value, change, invalid, describedBy, kind }: EditorProps & { kind: 'emails' | 'phones' }) {
  const { t } = useTranslation()
  const group = useId()
  const lines = ((value as Address[] | null) ?? []).length > 0 ? (value as Address[]) : [{ value: '', primary: true, shared: false }]
  const set = (at: number, next: Partial<Address>) =>
    change(lines.map((line, i) => (i === at ? { ...line, ...next } : next.primary ? { ...line, primary: false } : line)))
  return (
    <Stack gap={6} role="group" aria-label={label}>
      {lines.map((line, i) => {
        const named = line.value || t('edit.value', { field: label, n: i + 1 })
        return (
          <div key={i}>
            <Group gap={4} wrap="nowrap">
              <TextInput
                {...(i === 0 ? { 'data-autofocus': true } : {})}
                size="xs"
                style={{ flex: 1 }}
                aria-label={t('edit.value', { field: label, n: i + 1 })}
                aria-describedby={describedBy}
                error={invalid}
                type="text"
                inputMode={kind === 'emails' ? 'email' : 'tel'}
                placeholder={kind === 'phones' ? t('edit.phoneHint') : ''}
                autoComplete="off"
                value={line.value}
                onChange={(event) => set(i, { value: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={t('edit.remove', { value: named })}
                onClick={() => change(lines.filter((_, at) => at !== i))}
              >
                <IconX size={14} aria-hidden />
              </ActionIcon>
            </Group>
            <Group gap="md" mt={2}>
              {lines.length > 1 && (
                <Radio
                  size="xs"
                  name={group}
                  label={t('edit.primary')}
                  aria-label={t('edit.primaryOf', { value: named })}
                  checked={line.primary}
                  onChange={() => set(i, { primary: true })}
                />
              )}
              <Checkbox
                size="xs"
                label={t('edit.shared')}
                aria-label={t('edit.sharedOf', { value: named })}
                checked={line.shared}
                onChange={(event) => set(i, { shared: event.currentTarget.checked })}
              />
            </Group>
          </div>
        )
      })}
      <Button
        size="compact-xs"
        variant="subtle"
        leftSection={<IconPlus size={12} aria-hidden />}
        style={{ alignSelf: 'start' }}
        onClick={() => change([...lines, { value: '', primary: false, shared: false }])}
      >
        {t(kind === 'emails' ? 'edit.addEmail' : 'edit.addPhone')}
      </Button>
    </Stack>
  )
}
