import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { keys, type Key } from './queries'

/** RevokeKey wants the name typed: what uses the key stops at once, and the key never comes back. */
export function RevokeKey({ of, close }: { of: Key; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const revoke = useMutation({
    mutationFn: () => api.DELETE('/v1/keys/{id}', { params: { path: { id: of.id } } }),
    onSuccess: async () => {
      await queries.invalidateQueries(keys)
      close()
    },
  })
  return (
    <Modal opened onClose={close} title={t('keys.revokeOne', { name: of.name })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          revoke.mutate()
        }}
      >
        <Stack>
          <Text size="sm">{t('keys.revokeHelp')}</Text>
          <TextInput
            label={t('keys.typeName', { name: of.name })}
            data-autofocus
            autoComplete="off"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {revoke.isError && <Failure cause={revoke.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" color="red" loading={revoke.isPending} disabled={typed.trim() !== of.name}>
              {t('keys.revoke')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
