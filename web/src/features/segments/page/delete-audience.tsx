import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DeleteDialog } from '@/components/delete-dialog'
import { api } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Audience } from './queries'

/** DeleteAudience deletes an audience with its rows. Its snapshot and its people stay. */
export function DeleteAudience({ audience, close }: { audience: Audience; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const remove = useWrite(
    (id: string, key) => api.DELETE('/v1/audiences/{id}', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
    () => {
      void navigate({ to: '/segments/$id', params: { id: audience.segment_id }, search: { tab: 'pull' }, replace: true }).then(() =>
        queries.invalidateQueries({ queryKey: ['audiences', audience.segment_id] }),
      )
    },
  )
  return (
    <DeleteDialog
      title={t('segments.audience.deleteTitle')}
      texts={[t('segments.audience.deleteHelp')]}
      name={audience.campaign}
      nameLabel={t('app.typeName', { name: audience.campaign })}
      action={t('segments.page.delete')}
      remove={{ ...remove, send: () => void remove.send(audience.id) }}
      close={close}
    />
  )
}
