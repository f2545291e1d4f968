import { Anchor, Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { nameOf } from '@/components/undo-merge'
import { api } from '@/lib/api/client'
import type { Contact } from '@/lib/edits/contact'
import { useWrite } from '@/lib/edits/use-write'
import { number } from '@/lib/text'
import { about } from './queries'

/** personalData is the address of the file with all that is stored about a contact. */
export const personalData = (id: string) => `/v1/contacts/${id}/personal-data`

/** DeleteContact asks before a contact is deleted, which nobody can take back. */
export function DeleteContact({ record, close }: { record: Contact; close: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const remove = useWrite(
    (_: null, key) =>
      api.DELETE('/v1/contacts/{id}', { params: { path: { id: record.id }, header: { 'Idempotency-Key': key, 'If-Match': `"${record.version}"` } } }),
    () => {
      notifications.show({ message: t('profile.delete.done', { name: nameOf(record) }), withBorder: true })
      void navigate({ to: '/find', search: {} }).then(() => {
        queries.removeQueries({ queryKey: about(record.id) })
        void queries.invalidateQueries({ queryKey: ['contacts'] })
      })
    },
  )
  const { conversations_count: conversations = 0, absorbed = [] } = record
  return (
    <Modal opened onClose={close} title={t('profile.delete.ask', { name: nameOf(record) })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Text size="sm">{t('profile.delete.text')}</Text>
        {(conversations > 0 || absorbed.length > 0) && (
          <ul>
            {conversations > 0 && <li>{t('profile.delete.conversations', { count: conversations, number: number(conversations) })}</li>}
            {absorbed.length > 0 && <li>{t('profile.delete.absorbed', { count: absorbed.length, number: number(absorbed.length) })}</li>}
          </ul>
        )}
        <Text size="sm">{t('profile.delete.kept')}</Text>
        <Anchor size="sm" href={personalData(record.id)} download={`${record.id}.json`}>
          {t('profile.menu.personalData')}
        </Anchor>
        {remove.problem && (remove.problem.status === 412 ? <Text size="sm" role="alert" c="red">{t('profile.delete.changed')}</Text> : <Failure cause={remove.problem} />)}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button color="red" loading={remove.pending} onClick={() => void remove.send(null)}>
            {t('profile.delete.yes')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
