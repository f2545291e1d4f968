import './texts'
import { Skeleton, Text, Title } from '@mantine/core'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import styles from '@/components/merge/merge.module.css'
import { MergeView } from '@/components/merge/merge-view'
import { chooseOf, chosen, rowsOf, type Choices } from '@/components/merge/rows'
import { offerUndo } from '@/components/undo-merge'
import { api } from '@/lib/api/client'
import { attributes } from '@/lib/attributes'
import type { Company } from '@/lib/edits/company'
import { companyQueue } from '@/lib/edits/company-queue'
import { useWrite } from '@/lib/edits/use-write'
import { useFieldLabels } from '@/lib/field-label'
import { useMay } from '@/lib/may'
import { number } from '@/lib/text'
import { companyKind } from './kind'
import { company, rehearsal } from './queries'

/** MergeCompaniesPage makes two companies one, with the result before anything is done. */
export function MergeCompaniesPage() {
  const { t } = useTranslation()
  const may = useMay()
  const { id } = useParams({ strict: false })
  const { with: other } = useSearch({ strict: false }) as { with?: string }
  if (!may('mergeAndBlock')) return <Told text={t('companies.mergeForbidden')} />
  if (!id || !other) return <Told text={t('companies.mergeMissing')} />
  return <Pair key={`${id} ${other}`} id={id} other={other} />
}

function Told({ text }: { text: string }) {
  const { t } = useTranslation()
  return (
    <div className={styles.page}>
      <Title order={1}>{t('companies.mergeTitle')}</Title>
      <Text mt="md">{text}</Text>
    </div>
  )
}

function Pair({ id, other }: { id: string; other: string }) {
  const { t } = useTranslation()
  const stays = useQuery(company(id))
  const gone = useQuery(company(other))
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
        <Skeleton height={320} />
      </div>
    )
  }
  if (stays.data.record.id === gone.data.record.id) return <Told text={t('companies.mergeSame')} />
  return <Merge stays={stays.data.record} gone={gone.data.record} />
}

function Merge({ stays, gone }: { stays: Company; gone: Company }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const label = useFieldLabels('company')
  const [choices, setChoices] = useState<Choices>({})
  const choose = chooseOf(choices)
  const defined = useQuery(attributes('company'))
  const preview = useQuery({ ...rehearsal(stays, gone, choose), placeholderData: keepPreviousData })
  const names = { stays: stays.name, gone: gone.name }
  const rows = useMemo(
    () => rowsOf(companyKind, stays, gone, preview.data?.company, defined.data ?? []),
    [stays, gone, preview.data, defined.data],
  )
  const merge = useWrite(
    async ({ etag, ...body }: { company_id: string; choose: Record<string, 'absorbed'>; etag: string }, key) => {
      const { data } = await api.POST('/v1/companies/{id}/merge', {
        params: { path: { id: stays.id }, header: { 'Idempotency-Key': key, 'If-Match': etag } },
        body,
      })
      return data as Company
    },
    (survivor) => {
      const done = survivor.absorbed?.find((one) => one.id === gone.id)?.merge_id
      companyQueue(survivor.id).hear({ record: survivor, version: survivor.version, etag: `"${survivor.version}"` })
      void queries.invalidateQueries({ queryKey: ['companies'] })
      void queries.invalidateQueries({ queryKey: ['contacts'] })
      if (done) offerUndo(queries, { kind: 'company', id: done, survivor: survivor.id }, names)
      void navigate({ to: '/companies/$id', params: { id: survivor.id }, replace: true })
    },
  )
  // Somebody changed one of the two: both are read again, and the result is worked out again, for them to look at.
  const overtaken = merge.problem?.status === 412
  useEffect(() => {
    if (overtaken) void queries.invalidateQueries({ queryKey: ['companies'] })
  }, [overtaken, queries])
  const ready = preview.isSuccess && !preview.isPlaceholderData
  const moves = preview.data?.moves.contacts
  return (
    <MergeView
      title={t('companies.mergeTitle')}
      direction={t('companies.mergeDirection', names)}
      directionHelp={t('companies.mergeDirectionHelp')}
      kind={companyKind}
      entity="company"
      labelOf={label}
      names={names}
      rows={rows}
      choices={choices}
      choose={(field, other) => setChoices(chosen(companyKind.together, choices, field, other))}
      moves={moves === undefined ? undefined : t('companies.mergeMoves', { count: moves, number: number(moves) })}
      preview={{ waiting: preview.isPending, old: preview.isPlaceholderData, cause: preview.error, again: () => void preview.refetch() }}
      merge={{
        submit: ready ? () => void merge.send({ company_id: gone.id, choose, etag: preview.data.etag }) : undefined,
        pending: merge.pending,
        problem: merge.problem,
      }}
      swap={() => void navigate({ to: '/companies/$id/merge', params: { id: gone.id }, search: { with: stays.id }, replace: true })}
    />
  )
}
