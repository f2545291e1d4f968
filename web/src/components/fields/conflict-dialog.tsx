import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useShown } from '@/lib/shown'
import { ago } from '@/lib/text'
import type { Editable } from './editable'
import styles from './field.module.css'

/** ConflictDialog asks what shall stay when somebody else has changed a field meanwhile, one field at a time. */
export function ConflictDialog({ record, label }: { record: Editable; label: (field: string) => string }) {
  const { t } = useTranslation()
  const show = useShown(record.entity)
  const found = [...record.fields].find(([, edit]) => edit.status === 'conflict')
  if (!found) return null
  const [field, edit] = found
  const origin = record.originOf(field)
  const values = [
    ['before', edit.before],
    ['theirs', edit.theirs],
    ['yours', edit.value],
  ] as const
  return (
    <Modal
      opened
      // Neither is thrown away by closing: the field keeps what they wrote, and asks again after a reload.
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('conflict.title')}
    >
      <Stack>
        <Text size="sm">{t('conflict.text', { field: label(field) })}</Text>
        {origin && (
          <Text size="xs" c="dimmed">
            {t('conflict.by', { name: origin.name, ago: ago(origin.at) })}
          </Text>
        )}
        <dl className={styles.three}>
          {values.map(([which, value]) => (
            <div key={which} data-which={which}>
              <dt>{t(`conflict.${which}`)}</dt>
              <dd dir="auto">{show(field, value) || <em>{t('conflict.nothing')}</em>}</dd>
            </div>
          ))}
        </dl>
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={() => record.queue.discard(field)}>
            {t('conflict.takeTheirs')}
          </Button>
          <Button onClick={() => record.queue.insist(field)}>{t('conflict.takeYours')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
