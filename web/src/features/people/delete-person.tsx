import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Person } from './queries'

/** DeletePerson wants the name typed: whoever is deleted is signed out at once. */
export function DeletePerson({ of, close }: { of: Person; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [typed, setTyped] = useState('')
  const remove = useWrite(
    (id: string, key) => api.DELETE('/v1/people/{id}', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
    () => {
      void queries.invalidateQueries({ queryKey: ['people'] })
      close()
    },
  )
  return (
    <Modal opened onClose={close} title={t('people.deleteOf', { name: of.name })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void remove.send(of.id)
        }}
      >
        <Stack>
          <Text size="sm">{t('people.deleteHelp')}</Text>
          <TextInput
            label={t('people.typeName', { name: of.name })}
            data-autofocus
            autoComplete="off"
            dir="auto"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {remove.problem && <Failure cause={remove.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" color="red" loading={remove.pending} disabled={typed.trim() !== of.name}>
              {t('people.delete')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
