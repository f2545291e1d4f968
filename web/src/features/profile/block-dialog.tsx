import { Button, Group, Modal, NativeSelect, Stack, Text, TextInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { nameOf } from '@/components/undo-merge'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Contact } from '@/lib/edits/contact'
import { useDraft } from '@/lib/use-draft'
import type { Person } from './use-record'

const day = 86_400_000

/** How long a block may last, in milliseconds; never ends by itself when 0. */
const lengths = { never: 0, day, week: 7 * day, month: 30 * day }
type Length = keyof typeof lengths

interface Form {
  reason: string
  length: Length
}

/** BlockDialog asks for how long and why somebody is blocked. */
export function BlockDialog({ person, record, close }: { person: Person; record: Contact; close: () => void }) {
  const { t } = useTranslation()
  const name = `block-${person.id}`
  const draft = useDraft<Form>(name, { reason: '', length: 'never' })
  const { reason, length } = draft.value
  const block = useWrite(
    ({ reason, length }: Form, key, at) =>
      data(
        api.POST('/v1/contacts/{id}/block', {
          params: { path: { id: person.id }, header: { 'Idempotency-Key': key } },
          body: {
            ...(reason.trim() && { reason: reason.trim() }),
            ...(lengths[length] > 0 && { until: new Date(at + lengths[length]).toISOString() }),
          },
        }),
      ),
    () => {
      draft.discard()
      person.refresh()
      close()
    },
    name,
  )
  const cancel = () => {
    draft.discard()
    close()
  }
  return (
    <Modal opened onClose={close} title={t('profile.blocked.ask', { name: nameOf(record) })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void block.send({ reason, length })
        }}
      >
        <Stack>
          <Text size="sm">{t('profile.blocked.text')}</Text>
          <Restored draft={draft} />
          <TextInput
            data-autofocus
            label={t('profile.blocked.reason')}
            placeholder={t('profile.blocked.reasonHint')}
            dir="auto"
            maxLength={500}
            value={reason}
            onChange={(event) => draft.put({ reason: event.currentTarget.value })}
          />
          <NativeSelect
            label={t('profile.blocked.end')}
            value={length}
            data={(Object.keys(lengths) as Length[]).map((value) => ({ value, label: t(`profile.blocked.ends.${value}`) }))}
            onChange={(event) => draft.put({ length: event.currentTarget.value as Length })}
          />
          {block.problem && <Failure cause={block.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" color="red" loading={block.pending}>
              {t('profile.blocked.block')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
