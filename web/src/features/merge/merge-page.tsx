import { useTranslation } from 'react-i18next'
import { MergeRecords, type Body } from '@/components/merge/merge-records'
import { nameOf } from '@/components/undo-merge'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import type { Contact } from '@/lib/edits/contact'
import { contactQueue } from '@/lib/edits/contact-queue'
import { useFieldLabels } from '@/lib/field-label'
import type { Channel } from '@/lib/shown'
import { number } from '@/lib/text'
import { contactKind } from './kind'

/** MergePage makes two contacts one. */
export function MergePage() {
  const { t } = useTranslation()
  const labelOf = useLabel()
  return (
    <MergeRecords<Contact>
      kind={contactKind}
      entity="contact"
      path="/contacts/$id"
      texts={{
        title: t('merge.title'),
        forbidden: t('merge.forbidden'),
        missing: t('merge.missing'),
        same: t('merge.same'),
        direction: (names) => t('merge.direction', names),
        directionHelp: t('merge.directionHelp'),
      }}
      labelOf={labelOf}
      nameOf={nameOf}
      detailOf={({ email, phone, identifier, id }) => email ?? phone ?? identifier ?? id}
      read={(id, signal) => data(api.GET('/v1/contacts/{id}', { params: { path: { id } }, signal }))}
      rehearse={async (id, body, signal) => {
        const { data, response } = await api.POST('/v1/contacts/{id}/merge', {
          params: { path: { id } },
          body: { ...sent(body), dry_run: true },
          signal,
        })
        const { contact, moves } = data as components['schemas']['RehearsedContact']
        const counts = [
          t('merge.conversations', { count: moves.conversations, number: number(moves.conversations) }),
          t('merge.notes', { count: moves.notes, number: number(moves.notes) }),
        ]
        return { result: contact, etag: response.headers.get('ETag') ?? `"${contact.version}"`, moves: counts.join(', ') }
      }}
      merge={async (id, body, header) =>
        (await data(api.POST('/v1/contacts/{id}/merge', { params: { path: { id }, header }, body: sent(body) }))) as Contact
      }
      merged={(survivor) =>
        contactQueue(survivor.id).hear({ record: survivor, version: survivor.version, etag: `"${survivor.version}"` })
      }
    />
  )
}

const sent = ({ other, choose }: Body) => ({ contact_id: other, choose })

function useLabel(): (field: string) => string {
  const { t } = useTranslation()
  const label = useFieldLabels()
  return (field) => {
    if (field.startsWith('consent.')) return t('profile.fields.consent', { channel: t(`channels.${field.slice(8) as Channel}`) })
    if (field === 'emails' || field === 'phones' || field === 'identities') return t(`profile.fields.${field}`)
    return label(field)
  }
}
