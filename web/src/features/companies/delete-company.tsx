import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import type { Company } from '@/lib/edits/company'
import { useWrite } from '@/lib/edits/use-write'
import { number } from '@/lib/text'
import { about } from './queries'

/** DeleteCompany wants the name typed: there is no way back. */
export function DeleteCompany({ record, close }: { record: Company; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const [typed, setTyped] = useState('')
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
    <Modal opened onClose={close} title={t('companies.deleteOne', { name: record.name })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void remove.send(record.version)
        }}
      >
        <Stack>
          <Text size="sm">{t('companies.deletePeople', { count, number: number(count) })}</Text>
          <Text size="sm">{t('companies.deleteHelp')}</Text>
          <TextInput
            label={t('companies.typeName', { name: record.name })}
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
            <Button type="submit" color="red" loading={remove.pending} disabled={typed.trim() !== record.name}>
              {t('companies.delete')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
