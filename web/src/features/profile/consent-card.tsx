import { Button, Group, NativeSelect, Skeleton, Stack, Text, TextInput, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { SourceBadge } from '@/components/source-badge'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Contact } from '@/lib/edits/contact'
import { useMay } from '@/lib/may'
import { channels } from '@/lib/shown'
import { useDraft } from '@/lib/use-draft'
import { Card } from './card'
import styles from './profile.module.css'
import { consents, type Consent } from './queries'
import { addressesOf, Suppressions } from './suppression'
import type { Person } from './use-record'

const statuses = ['subscribed', 'unsubscribed', 'unknown'] as const

/** ConsentCard says what a contact has said about each channel. The channels that matter come first. */
export function ConsentCard({ person, record }: { person: Person; record: Contact }) {
  const { t } = useTranslation()
  const read = useQuery(consents(person.id))
  const [all, setAll] = useState(false)
  const list = [...(read.data?.consent ?? [])].sort((a, b) => channels.indexOf(a.channel) - channels.indexOf(b.channel))
  const matters = (one: Consent) => one.status !== 'unknown' || addressesOf(record, one.channel).length > 0
  const rest = list.filter((one) => !matters(one))
  return (
    <Card title={t('profile.consent.title')}>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && <Skeleton height={60} />}
      <ul className={styles.plain}>
        {[...list.filter(matters), ...(all ? rest : [])].map((one) => (
          <ConsentRow key={one.channel} one={one} person={person} record={record} />
        ))}
      </ul>
      {!all && rest.length > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t('profile.consent.more')}
        </Button>
      )}
    </Card>
  )
}

function ConsentRow({ one, person, record }: { one: Consent; person: Person; record: Contact }) {
  const { t } = useTranslation()
  const may = useMay()
  const [editing, setEditing] = useState(false)
  const channel = t(`channels.${one.channel}`)
  const status = t(`values.consents.${one.status}`)
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Text size="sm">{channel}</Text>
        <Group gap={4} wrap="nowrap">
          {may('writeConsent') ? (
            <UnstyledButton
              className={styles.consent}
              data-status={one.status}
              aria-label={t('profile.consent.change', { channel, status })}
              aria-expanded={editing}
              onClick={() => setEditing(!editing)}
            >
              {status}
            </UnstyledButton>
          ) : (
            <span className={styles.consent} data-status={one.status}>
              {status}
            </span>
          )}
          {one.source && (
            <SourceBadge origin={{ source: one.source, name: one.name ?? '', ...(one.at && { at: one.at }) }} about={channel} />
          )}
        </Group>
      </Group>
      {one.proof && (
        <Text size="xs" c="dimmed" dir="auto">
          {one.proof}
        </Text>
      )}
      <Suppressions person={person} record={record} channel={one.channel} />
      {editing && <ConsentForm one={one} person={person} close={() => setEditing(false)} />}
    </li>
  )
}

function ConsentForm({ one, person, close }: { one: Consent; person: Person; close: () => void }) {
  const { t } = useTranslation()
  const name = `consent-${person.id}-${one.channel}`
  const draft = useDraft(name, { status: one.status === 'unknown' ? ('subscribed' as Consent['status']) : one.status, proof: '' })
  const { status, proof } = draft.value
  const write = useWrite(
    (body: { status: Consent['status']; proof?: string }, key) =>
      data(
        api.PUT('/v1/contacts/{id}/consent/{channel}', {
          params: { path: { id: person.id, channel: one.channel }, header: { 'Idempotency-Key': key } },
          body,
        }),
      ),
    () => {
      draft.discard()
      person.refresh()
      close()
    },
    name,
  )
  const save = () => void write.send({ status, ...(proof.trim() && status !== 'unknown' && { proof: proof.trim() }) })
  return (
    <Stack
      gap={6}
      my={6}
      component="form"
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      <Restored draft={draft} />
      <NativeSelect
        data-autofocus
        size="xs"
        autoFocus
        label={t('profile.consent.status')}
        value={status}
        data={statuses.map((value) => ({ value, label: t(`values.consents.${value}`) }))}
        onChange={(event) => draft.put({ status: event.currentTarget.value as Consent['status'] })}
      />
      {status !== 'unknown' && (
        <TextInput
          size="xs"
          label={t('profile.consent.proof')}
          placeholder={t('profile.consent.proofHint')}
          dir="auto"
          maxLength={1000}
          value={proof}
          onChange={(event) => draft.put({ proof: event.currentTarget.value })}
        />
      )}
      {write.problem && <Failure cause={write.problem} />}
      <Group gap={4}>
        <Button size="compact-xs" type="submit" loading={write.pending}>
          {t('app.save')}
        </Button>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => {
            draft.discard()
            close()
          }}
        >
          {t('app.cancel')}
        </Button>
      </Group>
    </Stack>
  )
}
