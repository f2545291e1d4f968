import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useShown } from '@/lib/shown'
import { ago } from '@/lib/text'
import styles from './profile.module.css'
import { originOf, useLabels } from './fields'
import type { Person } from './use-record'

/** ConflictDialog asks what shall stay when somebody else has changed a field meanwhile, one field at a time. */
export function ConflictDialog({ person }: { person: Person }) {
  const { t } = useTranslation()
  const label = useLabels()
  const show = useShown()
  const found = [...person.view.fields].find(([, edit]) => edit.status === 'conflict')
  if (!found) return null
  const [field, edit] = found
  const origin = originOf(person.provenance, field)
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
      title={t('profile.conflict.title')}
    >
      <Stack>
        <Text size="sm">{t('profile.conflict.text', { field: label(field) })}</Text>
        {origin && (
          <Text size="xs" c="dimmed">
            {t('profile.conflict.by', { name: origin.name, ago: ago(origin.at) })}
          </Text>
        )}
        <dl className={styles.three}>
          {values.map(([which, value]) => (
            <div key={which} data-which={which}>
              <dt>{t(`profile.conflict.${which}`)}</dt>
              <dd dir="auto">{show(field, value) || <em>{t('profile.conflict.nothing')}</em>}</dd>
            </div>
          ))}
        </dl>
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={() => person.queue.discard(field)}>
            {t('profile.conflict.takeTheirs')}
          </Button>
          <Button onClick={() => person.queue.insist(field)}>{t('profile.conflict.takeYours')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
