import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DeleteDialog } from '@/components/delete-dialog'
import { api } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { keys, type Key } from './queries'

/** RevokeKey revokes a key. What uses it stops at once, and the key never comes back. */
export function RevokeKey({ of, close }: { of: Key; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const revoke = useWrite(
    (id: string, key) => api.DELETE('/v1/keys/{id}', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
    () => {
      void queries.invalidateQueries(keys)
      close()
    },
  )
  return (
    <DeleteDialog
      title={t('keys.revokeOne', { name: of.name })}
      texts={[t('keys.revokeHelp')]}
      name={of.name}
      nameLabel={t('app.typeName', { name: of.name })}
      action={t('keys.revoke')}
      remove={{ ...revoke, send: () => void revoke.send(of.id) }}
      close={close}
    />
  )
}
