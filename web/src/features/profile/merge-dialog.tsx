import { Modal, Stack, Text, TextInput } from '@mantine/core'
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { nameOf } from '@/components/undo-merge'
import { api, data, newestSeq } from '@/lib/api/client'
import type { Contact } from '@/lib/edits/contact'
import { deeper } from '@/lib/way-back'
import styles from './profile.module.css'

/** How many people are offered. */
const most = 8

/** MergeDialog finds the contact to merge with, when it is not among the likely doubles. */
export function MergeDialog({ record, close }: { record: Contact; close: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState('')
  const query = text.trim()
  const found = useQuery({
    queryKey: ['contacts', 'search', 'to merge', query],
    queryFn: ({ signal }) => {
      const min_seq = newestSeq()
      return data(api.POST('/v1/contacts/search', { body: { query, limit: most + 1, ...(min_seq && { min_seq }) }, signal }))
    },
    enabled: query !== '',
    placeholderData: keepPreviousData,
  })
  const hits = (query === '' ? [] : (found.data?.hits ?? [])).filter(({ contact }) => contact.id !== record.id).slice(0, most)
  return (
    <Modal opened onClose={close} title={t('profile.mergeWith.title', { name: nameOf(record) })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <TextInput
          data-autofocus
          type="search"
          label={t('profile.mergeWith.search')}
          placeholder={t('profile.mergeWith.hint')}
          autoComplete="off"
          dir="auto"
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
        <Text size="xs" c="dimmed" role="status">
          {query === '' || !found.data || found.isPlaceholderData
            ? ''
            : hits.length > 0
              ? t('profile.mergeWith.found', { count: hits.length })
              : t('profile.mergeWith.nobody')}
        </Text>
        <ul className={styles.plain}>
          {hits.map(({ contact }) => (
            <li key={contact.id}>
              <Link to="/contacts/$id/merge" params={{ id: record.id }} search={{ with: contact.id }} state={deeper} className={styles.pick}>
                <strong dir="auto">{nameOf(contact)}</strong>
                <span className={styles.facts} dir="auto">
                  {[...(contact.name ? [contact.email] : []), contact.phone, contact.company?.name].filter(Boolean).join(' · ')}
                </span>
              </Link>
            </li>
          ))}
        </ul>
      </Stack>
    </Modal>
  )
}
