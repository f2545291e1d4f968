import { Skeleton, Text, Title } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import styles from '@/components/merge/merge.module.css'
import { MergeView } from '@/components/merge/merge-view'
import { chooseOf, chosen, rowsOf, type Choices } from '@/components/merge/rows'
import { nameOf, offerUndo } from '@/components/undo-merge'
import { api } from '@/lib/api/client'
import { attributes } from '@/lib/attributes'
import type { Contact } from '@/lib/edits/contact'
import { contactQueue } from '@/lib/edits/contact-queue'
import { useWrite } from '@/lib/edits/use-write'
import { useFieldLabels } from '@/lib/field-label'
import { useMay } from '@/lib/may'
import type { Channel } from '@/lib/shown'
import { number } from '@/lib/text'
import { contactKind } from './kind'
import { one, rehearsal } from './queries'

/** MergePage makes two contacts one, with the result before anything is done. */
export function MergePage() {
  const { t } = useTranslation()
  const may = useMay()
  const { id } = useParams({ strict: false })
  const { with: other } = useSearch({ strict: false }) as { with?: string }
  if (!may('mergeAndBlock')) return <Told text={t('merge.forbidden')} />
  if (!id || !other) return <Told text={t('merge.missing')} />
  return <Pair key={`${id} ${other}`} id={id} other={other} />
}

function Told({ text }: { text: string }) {
  const { t } = useTranslation()
  return (
    <div className={styles.page}>
      <Title order={1}>{t('merge.title')}</Title>
      <Text mt="md">{text}</Text>
    </div>
  )
}

function Pair({ id, other }: { id: string; other: string }) {
  const { t } = useTranslation()
  const stays = useQuery(one(id))
  const gone = useQuery(one(other))
  const failed = stays.error ?? gone.error
  if (failed) {
    return (
      <div className={styles.page}>
        <Failure cause={failed} retry={() => void Promise.all([stays.refetch(), gone.refetch()])} />
      </div>
    )
  }
  if (!stays.data || !gone.data) {
    return (
      <div className={styles.page} aria-busy>
        <Skeleton height={64} mb="lg" />
        <Skeleton height={480} />
      </div>
    )
  }
  if (stays.data.id === gone.data.id) return <Told text={t('merge.same')} />
  return <Merge stays={stays.data} gone={gone.data} />
}

function Merge({ stays, gone }: { stays: Contact; gone: Contact }) {
  const { t } = useTranslation()
  const label = useLabel()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [choices, setChoices] = useState<Choices>({})
  const choose = chooseOf(choices)
  const defined = useQuery(attributes('contact'))
  const preview = useQuery({ ...rehearsal(stays, gone, choose), placeholderData: keepPreviousData })
  const names = { stays: nameOf(stays), gone: nameOf(gone) }
  const rows = useMemo(
    () => rowsOf(contactKind, stays, gone, preview.data?.contact, defined.data ?? []),
    [stays, gone, preview.data, defined.data],
  )
  const merge = useWrite(
    async (body: { contact_id: string; choose: Record<string, 'absorbed'>; etag: string }, key) => {
      const { etag, ...rest } = body
      const { data } = await api.POST('/v1/contacts/{id}/merge', {
        params: { path: { id: stays.id }, header: { 'Idempotency-Key': key, 'If-Match': etag } },
        body: rest,
      })
      return data as Contact
    },
    (survivor) => {
      const done = survivor.absorbed?.find((one) => one.id === gone.id)?.merge_id
      contactQueue(survivor.id).hear({ record: survivor, version: survivor.version, etag: `"${survivor.version}"` })
      void queries.invalidateQueries({ queryKey: ['contacts'] })
      if (done) offerUndo(queries, { kind: 'contact', id: done, survivor: survivor.id }, names)
      void navigate({ to: '/contacts/$id', params: { id: survivor.id }, replace: true })
    },
  )
  const ready = preview.isSuccess && !preview.isPlaceholderData
  const swap = () =>
    void navigate({ to: '/contacts/$id/merge', params: { id: gone.id }, search: { with: stays.id }, replace: true })

  // Somebody changed one of the two: the result is worked out again, for them to look at.
  const overtaken = merge.problem?.status === 412
  useEffect(() => {
    if (overtaken) void queries.invalidateQueries({ queryKey: ['contacts', 'merge'] })
  }, [overtaken, queries])

  const moves = preview.data?.moves
  return (
    <MergeView
      title={t('merge.title')}
      direction={t('merge.direction', names)}
      directionHelp={t('merge.directionHelp')}
      kind={contactKind}
      entity="contact"
      labelOf={label}
      names={names}
      rows={rows}
      choices={choices}
      choose={(field, other) => setChoices(chosen(contactKind.together, choices, field, other))}
      moves={
        moves &&
        `${t('merge.conversations', { count: moves.conversations, number: number(moves.conversations) })}, ${t('merge.notes', { count: moves.notes, number: number(moves.notes) })}`
      }
      preview={{ waiting: preview.isPending, old: preview.isPlaceholderData, cause: preview.error, again: () => void preview.refetch() }}
      merge={{
        submit: ready ? () => void merge.send({ contact_id: gone.id, choose, etag: preview.data.etag }) : undefined,
        pending: merge.pending,
        problem: merge.problem,
      }}
      swap={swap}
    />
  )
}

function useLabel(): (field: string) => string {
  const { t } = useTranslation()
  const label = useFieldLabels()
  return (field) => {
    if (field.startsWith('consent.')) return t('profile.fields.consent', { channel: t(`channels.${field.slice(8) as Channel}`) })
    if (field === 'emails' || field === 'phones' || field === 'identities') return t(`profile.fields.${field}`)
    return label(field)
  }
}
