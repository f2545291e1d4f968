import { Button, Group, Modal, Radio, Select, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { SecretOnce } from '@/components/secret-once'
import { api, data } from '@/lib/api/client'
import { withSecret } from '@/lib/edits/secret'
import { useWrite } from '@/lib/edits/use-write'
import type { Scope } from '@/lib/scopes'
import { useDraft } from '@/lib/use-draft'
import { keys } from './queries'

const scopes: Scope[] = ['agent', 'marketer', 'campaign', 'ai', 'admin']
const spans = ['never', '30', '90', '365'] as const

interface Form {
  name: string
  scope: Scope
  days: (typeof spans)[number]
}

/** makeKey makes a key. What was made without anybody having seen the key is revoked. */
function makeKey({ name, scope, days }: Form, key: string, at: number) {
  const expires_at = days === 'never' ? null : new Date(at + Number(days) * 86_400_000).toISOString()
  return withSecret(key, {
    make: (once) => data(api.POST('/v1/keys', { params: { header: { 'Idempotency-Key': once } }, body: { name, scope, expires_at } })),
    has: (made) => made.key !== undefined,
    drop: ({ id }) => api.DELETE('/v1/keys/{id}', { params: { path: { id } } }),
  })
}

/** MakeKey asks what a key is for, and shows it once. */
export function MakeKey({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const draft = useDraft<Form>('new-key', { name: '', scope: 'agent', days: 'never' })
  const { name, scope, days } = draft.value
  const [secret, setSecret] = useState<string>()
  const make = useWrite(
    makeKey,
    (made) => {
      setSecret(made.key)
      draft.discard()
      void queries.invalidateQueries(keys)
    },
    'new-key',
  )
  const cancel = () => {
    draft.discard()
    close()
  }
  return (
    <Modal
      opened
      onClose={close}
      title={t('keys.make')}
      size="lg"
      closeOnClickOutside={!secret}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {secret ? (
        <SecretOnce title={t('keys.once')} help={t('keys.onceHelp')} secret={secret} close={close} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            void make.send({ name: name.trim(), scope, days })
          }}
        >
          <Stack>
            <Restored draft={draft} />
            <TextInput
              label={t('keys.name')}
              description={t('keys.nameHelp')}
              required
              data-autofocus
              value={name}
              onChange={(event) => draft.put({ name: event.currentTarget.value })}
              error={make.problem?.at('name')}
            />
            <Radio.Group label={t('keys.scope')} value={scope} onChange={(value) => draft.put({ scope: value as Scope })}>
              <Stack gap="sm" mt="xs">
                {scopes.map((one) => (
                  <Radio key={one} value={one} label={t(`scopes.${one}.name`)} description={t(`scopes.${one}.may`)} />
                ))}
              </Stack>
            </Radio.Group>
            <Select
              label={t('keys.expires')}
              allowDeselect={false}
              value={days}
              onChange={(value) => draft.put({ days: (value ?? 'never') as typeof days })}
              data={spans.map((span) => ({
                value: span,
                label: span === 'never' ? t('keys.neverExpires') : t('keys.inDays', { number: span }),
              }))}
            />
            {make.problem && <Failure cause={make.problem} atFields={/^name$/} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={cancel}>
                {t('app.cancel')}
              </Button>
              <Button type="submit" loading={make.pending}>
                {t('keys.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
