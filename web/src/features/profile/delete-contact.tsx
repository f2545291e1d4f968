import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DeleteDialog } from '@/components/delete-dialog'
import { nameOf } from '@/components/undo-merge'
import { api } from '@/lib/api/client'
import type { Contact } from '@/lib/edits/contact'
import { useWrite } from '@/lib/edits/use-write'
import { number } from '@/lib/text'
import { about } from './queries'

/** DeleteContact deletes a contact with all that is known about it. */
export function DeleteContact({ record, close }: { record: Contact; close: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const name = nameOf(record)
  const remove = useWrite(
    (version: number, key) =>
      api.DELETE('/v1/contacts/{id}', { params: { path: { id: record.id }, header: { 'Idempotency-Key': key, 'If-Match': `"${version}"` } } }),
    () => {
      notifications.show({ message: t('profile.delete.done', { name }), withBorder: true })
      void navigate({ to: '/find', search: {}, replace: true }).then(() => {
        queries.removeQueries({ queryKey: about(record.id) })
        void queries.invalidateQueries({ queryKey: ['contacts'] })
      })
    },
  )
  const { conversations_count: conversations = 0, absorbed = [] } = record
  return (
    <DeleteDialog
      title={t('profile.delete.ask', { name })}
      texts={[
        t('profile.delete.text'),
        ...(conversations > 0 ? [t('profile.delete.conversations', { count: conversations, number: number(conversations) })] : []),
        ...(absorbed.length > 0 ? [t('profile.delete.absorbed', { count: absorbed.length, number: number(absorbed.length) })] : []),
        t('profile.delete.kept'),
      ]}
      name={name}
      nameLabel={t('app.typeName', { name })}
      action={t('profile.delete.yes')}
      remove={{ ...remove, send: () => void remove.send(record.version) }}
      close={close}
    />
  )
}
