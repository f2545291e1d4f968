import { Button, Group, Modal, Radio, Select, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { SecretOnce } from '@/components/secret-once'
import { api, data, isProblem } from '@/lib/api/client'
import { useMutation } from '@/lib/edits/use-mutation'
import type { Scope } from '@/lib/scopes'
import { keys } from './queries'

const scopes: Scope[] = ['agent', 'marketer', 'campaign', 'ai', 'admin']
const spans = ['never', '30', '90', '365'] as const

/** MakeKey asks what a key is for, and shows it once. */
export function MakeKey({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('agent')
  const [days, setDays] = useState<(typeof spans)[number]>('never')
  const make = useMutation({
    mutationFn: () => {
      const expires_at = days === 'never' ? null : new Date(Date.now() + Number(days) * 86_400_000).toISOString()
      return data(api.POST('/v1/keys', { body: { name, scope, expires_at } }))
    },
    onSuccess: () => void queries.invalidateQueries(keys),
  })
  const secret = make.data?.key
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
            make.mutate()
          }}
        >
          <Stack>
            <TextInput
              label={t('keys.name')}
              description={t('keys.nameHelp')}
              required
              data-autofocus
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={isProblem(make.error) ? make.error.at('name') : undefined}
            />
            <Radio.Group label={t('keys.scope')} value={scope} onChange={(value) => setScope(value as Scope)}>
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
              onChange={(value) => setDays((value ?? 'never') as typeof days)}
              data={spans.map((span) => ({
                value: span,
                label: span === 'never' ? t('keys.neverExpires') : t('keys.inDays', { number: span }),
              }))}
            />
            {make.isError && <Failure cause={make.error} atFields={/^name$/} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('app.cancel')}
              </Button>
              <Button type="submit" loading={make.isPending}>
                {t('keys.make')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
