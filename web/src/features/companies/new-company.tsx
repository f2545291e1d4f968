import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { holdersOf } from '@/components/fields/holders'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { useDraft } from '@/lib/use-draft'
import { TakenCompany } from './taken-company'

/** NewCompany asks for a name, and perhaps a domain, and opens the company that it makes. */
export function NewCompany({ name: words, close }: { name: string; close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const draft = useDraft('new-company', { name: words, domain: '' })
  const { name, domain } = draft.value
  const make = useWrite(
    (body: { name: string; domains?: string[] }, key) =>
      data(api.POST('/v1/companies', { params: { header: { 'Idempotency-Key': key } }, body })),
    (made) => {
      draft.discard()
      void queries.invalidateQueries({ queryKey: ['companies'] })
      void navigate({ to: '/companies/$id', params: { id: made.id } })
    },
    'new-company',
  )
  const cancel = () => {
    draft.discard()
    close()
  }
  const { problem } = make
  const faults = { name: problem?.at('name'), domain: problem?.at('domains') ?? problem?.at('domains[0]') }
  return (
    <Modal opened onClose={close} title={t('companies.new')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void make.send({ name: name.trim(), ...(domain.trim() && { domains: [domain.trim()] }) })
        }}
      >
        <Stack>
          <Restored draft={draft} />
          <TextInput
            data-autofocus
            required
            label={t('companies.name')}
            description={t('companies.nameHelp')}
            dir="auto"
            maxLength={255}
            value={name}
            onChange={(event) => draft.put({ name: event.currentTarget.value })}
            error={faults.name}
          />
          <TextInput
            label={t('companies.domain')}
            description={t('companies.domainHelp')}
            autoCapitalize="off"
            spellCheck={false}
            value={domain}
            onChange={(event) => draft.put({ domain: event.currentTarget.value })}
            error={faults.domain}
          />
          {problem && !faults.name && !faults.domain && <Failure cause={problem} />}
          {holdersOf(problem).map((holder) => (
            <TakenCompany key={holder} holder={holder} />
          ))}
          <Group justify="flex-end">
            <Button variant="default" onClick={cancel}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" loading={make.pending} disabled={name.trim() === ''}>
              {t('companies.make')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
