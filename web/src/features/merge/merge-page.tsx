import { Alert, Button, Group, Kbd, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { nameOf, offerUndo } from '@/components/undo-merge'
import { api } from '@/lib/api/client'
import { attributes } from '@/lib/attributes'
import type { Contact } from '@/lib/edits/contact'
import { contactQueue } from '@/lib/edits/contact-queue'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import { useEscape, useShortcuts } from '@/lib/shortcuts'
import { number } from '@/lib/text'
import { FieldTable } from './field-table'
import styles from './merge.module.css'
import { one, rehearsal } from './queries'
import { chooseOf, chosen, rowsOf, type Choices } from './rows'

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
  const navigate = useNavigate()
  const router = useRouter()
  const queries = useQueryClient()
  const [choices, setChoices] = useState<Choices>({})
  const choose = chooseOf(choices)
  const defined = useQuery(attributes('contact'))
  const preview = useQuery({ ...rehearsal(stays, gone, choose), placeholderData: keepPreviousData })
  const names = { stays: nameOf(stays), gone: nameOf(gone) }
  const rows = useMemo(
    () => rowsOf(stays, gone, preview.data?.contact, defined.data ?? []),
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
      if (done) offerUndo(queries, done, survivor.id, names)
      void navigate({ to: '/contacts/$id', params: { id: survivor.id }, replace: true })
    },
  )
  const ready = preview.isSuccess && !preview.isPlaceholderData
  const submit = () => {
    if (ready && !merge.pending) void merge.send({ contact_id: gone.id, choose, etag: preview.data.etag })
  }
  const swap = () =>
    void navigate({ to: '/contacts/$id/merge', params: { id: gone.id }, search: { with: stays.id }, replace: true })
  const back = () => router.history.back()

  // Somebody changed one of the two: the result is worked out again, for them to look at.
  const overtaken = merge.problem?.status === 412
  useEffect(() => {
    if (overtaken) void queries.invalidateQueries({ queryKey: ['contacts', 'merge'] })
  }, [overtaken, queries])

  useShortcuts({ s: swap })
  useEscape(back)
  useSubmitKey(submit)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])

  return (
    <div className={styles.page}>
      <Stack gap="lg">
        <div>
          <Title order={1} ref={heading} tabIndex={-1} className={styles.title}>
            {t('merge.title')}
          </Title>
          <Group justify="space-between" align="start" mt="sm">
            <div style={{ flex: 1, minWidth: 220 }}>
              <Text size="lg" dir="auto" style={{ overflowWrap: 'anywhere' }}>
                {t('merge.direction', names)}
              </Text>
              <Text size="sm" c="dimmed">
                {t('merge.directionHelp')}
              </Text>
            </div>
            <Tooltip label={`${t('merge.swapHelp')} (s)`}>
              <Button variant="default" leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={swap}>
                {t('merge.swap')}
              </Button>
            </Tooltip>
          </Group>
        </div>
        {preview.isError && <Failure cause={preview.error} retry={() => void preview.refetch()} />}
        <FieldTable
          rows={rows}
          names={names}
          choices={choices}
          choose={(field, other) => setChoices(chosen(choices, field, other))}
          waiting={preview.isPending}
          old={preview.isPlaceholderData}
        />
        <Moves moves={preview.data?.moves} />
        {merge.problem &&
          (overtaken ? (
            <Alert role="alert" color="red" variant="outline">
              {t('merge.changed')}
            </Alert>
          ) : (
            <Failure cause={merge.problem} retry={submit} />
          ))}
        <Group className={styles.actions}>
          <Button onClick={submit} loading={merge.pending} disabled={!ready}>
            {t('merge.submit')}
          </Button>
          <Kbd>{t('merge.submitHelp')}</Kbd>
          <Button variant="default" onClick={back}>
            {t('merge.cancel')}
          </Button>
        </Group>
      </Stack>
    </div>
  )
}

/** Moves says what of the other contact is shown with the one that stays. */
function Moves({ moves }: { moves: { conversations: number; notes: number } | undefined }) {
  const { t } = useTranslation()
  return (
    <Text size="sm" aria-live="polite">
      <strong>{t('merge.moves')}:</strong>{' '}
      {moves
        ? `${t('merge.conversations', { count: moves.conversations, number: number(moves.conversations) })}, ${t('merge.notes', { count: moves.notes, number: number(moves.notes) })}`
        : '…'}
    </Text>
  )
}

/** useSubmitKey merges with Ctrl+Enter, wherever the focus is. */
function useSubmitKey(submit: () => void): void {
  const latest = useRef(submit)
  latest.current = submit
  useEffect(() => {
    const answer = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || event.defaultPrevented) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', answer)
    return () => window.removeEventListener('keydown', answer)
  }, [])
}
