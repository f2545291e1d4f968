import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DeleteDialog } from '@/components/delete-dialog'
import { api } from '@/lib/api/client'
import type { Company } from '@/lib/edits/company'
import { useWrite } from '@/lib/edits/use-write'
import { number } from '@/lib/text'
import { about } from './queries'

/** DeleteCompany deletes a company. Its people stay. */
export function DeleteCompany({ record, close }: { record: Company; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const remove = useWrite(
    async (version: number, key) => {
      await api.DELETE('/v1/companies/{id}', {
        params: { path: { id: record.id }, header: { 'Idempotency-Key': key, 'If-Match': `"${version}"` } },
      })
    },
    () => {
      void navigate({ to: '/companies', replace: true }).then(() => {
        queries.removeQueries({ queryKey: about(record.id) })
        void queries.invalidateQueries({ queryKey: ['companies'] })
        void queries.invalidateQueries({ queryKey: ['contacts'] })
      })
    },
  )
  const count = record.contacts_count ?? 0
  return (
    <DeleteDialog
      title={t('companies.deleteOne', { name: record.name })}
      texts={[t('companies.deletePeople', { count, number: number(count) }), t('companies.deleteHelp')]}
      name={record.name}
      nameLabel={t('app.typeName', { name: record.name })}
      action={t('companies.delete')}
      remove={{ ...remove, send: () => void remove.send(record.version) }}
      close={close}
    />
  )
}
