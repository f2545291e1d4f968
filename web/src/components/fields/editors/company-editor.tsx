import { Autocomplete, Text } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '@/lib/api/client'
import { fold } from '@/lib/text'
import type { EditorProps } from './props'

interface Company {
  id?: string
  name?: string
}

/** CompanyEditor finds a company by its name. A name that no company has makes one. */
export function CompanyEditor({ label, value, change, invalid, describedBy }: EditorProps) {
  const { t } = useTranslation()
  const [text, setText] = useState((value as Company | null)?.name ?? '')
  const found = useQuery({
    queryKey: ['companies', 'by words', text],
    queryFn: ({ signal }) => data(api.GET('/v1/search', { params: { query: { q: text, limit: 8 } }, signal })),
    enabled: text.trim() !== '',
    placeholderData: keepPreviousData,
    staleTime: 10_000,
  })
  const companies = (found.data?.companies.hits ?? []).map((hit) => hit.company)
  const named = (name: string) => companies.find((company) => fold(company.name ?? '') === fold(name.trim()))
  const type = (name: string) => {
    setText(name)
    const known = named(name)
    change(name.trim() === '' ? null : known ? { id: known.id, name: known.name } : { name: name.trim() })
  }
  const fresh = text.trim() !== '' && found.isSuccess && !found.isFetching && !named(text)
  return (
    <>
      <Autocomplete
        data-autofocus
        size="xs"
        aria-label={label}
        aria-describedby={describedBy}
        error={invalid}
        dir="auto"
        data={[...new Set(companies.flatMap((company) => (company.name ? [company.name] : [])))]}
        filter={({ options }) => options}
        value={text}
        onChange={type}
      />
      {fresh && (
        <Text size="xs" c="dimmed" role="status">
          {t('edit.newCompany', { name: text.trim() })}
        </Text>
      )}
    </>
  )
}
