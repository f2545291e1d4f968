import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DeleteDialog } from '@/components/delete-dialog'
import { api } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Person } from './queries'

/** DeletePerson deletes somebody who may sign in. They are signed out at once. */
export function DeletePerson({ of, close }: { of: Person; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const remove = useWrite(
    (id: string, key) => api.DELETE('/v1/people/{id}', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
    () => {
      void queries.invalidateQueries({ queryKey: ['people'] })
      close()
    },
  )
  return (
    <DeleteDialog
      title={t('people.deleteOf', { name: of.name })}
      texts={[t('people.deleteHelp')]}
      name={of.name}
      nameLabel={t('app.typeName', { name: of.name })}
      action={t('people.delete')}
      remove={{ ...remove, send: () => void remove.send(of.id) }}
      close={close}
    />
  )
}
