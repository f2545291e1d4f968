import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { Company } from '@/lib/edits/company'
import { likely } from './queries'

/** ChooseMerge finds the company that shall be merged into this one. At first it offers those with a like name. */
export function ChooseMerge({ record, close }: { record: Company; close: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [words, setWords] = useState('')
  const [other, setOther] = useState<string | null>(null)
  const [opened, setOpened] = useState(false)
  const found = useQuery(likely(words.trim() || record.name))
  const hits = (found.data?.companies.hits ?? []).map((hit) => hit.company).filter((company) => company.id !== record.id)
  return (
    <Modal opened onClose={close} title={t('companies.mergeAsk', { name: record.name })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (other) void navigate({ to: '/companies/$id/merge', params: { id: record.id }, search: { with: other } })
        }}
      >
        <Stack>
          <Text size="sm">{t('companies.mergeHelp')}</Text>
          <Select
            data-autofocus
            searchable
            label={t('companies.search')}
            placeholder={t('companies.searchHint')}
            data={hits.map((company) => ({
              value: company.id,
              label: [company.name, ...company.domains.slice(0, 1), ...(company.city ? [company.city] : [])].join(' · '),
            }))}
            filter={({ options }) => options}
            dropdownOpened={opened && hits.length > 0} // a list without an option says nothing to those who hear it
            onDropdownOpen={() => setOpened(true)}
            onDropdownClose={() => setOpened(false)}
            description={words.trim() !== '' && found.isSuccess && hits.length === 0 ? t('companies.none') : undefined}
            value={other}
            onChange={setOther}
            onSearchChange={setWords}
          />
          {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" disabled={!other}>
              {t('companies.mergeNext')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
