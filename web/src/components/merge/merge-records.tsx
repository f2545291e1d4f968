import { Anchor, Skeleton, Text, Title } from '@mantine/core'
import { keepPreviousData, queryOptions, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { offerUndo, type Merge as Done } from '@/components/undo-merge'
import { attributes } from '@/lib/attributes'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import { useDraft } from '@/lib/use-draft'
import styles from './merge.module.css'
import { MergeView } from './merge-view'
import { apart } from './names'
import { chooseOf, chosen, rowsOf, type Choices, type MergeKind } from './rows'

/** Mergeable is a record that can be merged with another one of its kind. */
interface Mergeable {
  id: string
  version: number
  absorbed?: readonly { id: string; merge_id?: string }[] | undefined
}

/** Body is what is asked of the server: which record is merged in, and which of its values win. */
export interface Body {
  other: string
  choose: Record<string, 'absorbed'>
}

/** Rehearsed is a merge as the server would make it, the ETag to merge by, and what comes along, in words. */
export interface Rehearsed<R> {
  result: R
  etag: string
  moves: string
}

interface RecordsProps<R> {
  kind: MergeKind<R>
  entity: Done['kind']
  path: '/contacts/$id' | '/companies/$id'
  texts: {
    title: string
    forbidden: string
    missing: string
    same: string
    direction: (names: { stays: string; gone: string }) => string
    directionHelp: string
  }
  labelOf: (field: string) => string
  nameOf: (record: R) => string
  /** What tells records of the same name apart. */
  detailOf: (record: R) => string
  read: (id: string, signal: AbortSignal) => Promise<R>
  rehearse: (id: string, body: Body, signal: AbortSignal) => Promise<Rehearsed<R>>
  merge: (id: string, body: Body, header: { 'If-Match': string; 'Idempotency-Key': string }) => Promise<R>
  /** Is told the record that stays. */
  merged: (survivor: R) => void
}

/** The names of the answers about records that are to be merged. */
const asked = (entity: string) => [entity === 'company' ? 'companies' : 'contacts', 'merge'] as const

/** MergeRecords makes two records of a kind one, with the result before anything is done. The address names both. */
export function MergeRecords<R extends Mergeable>(props: RecordsProps<R>) {
  const { texts } = props
  const may = useMay()
  const { id } = useParams({ strict: false })
  const { with: other } = useSearch({ strict: false }) as { with?: string }
  if (!may('mergeAndBlock')) return <Told title={texts.title} text={texts.forbidden} />
  if (!id || !other) return <Told title={texts.title} text={texts.missing} />
  return <Pair key={`${id} ${other}`} {...props} id={id} other={other} />
}

function Told({ title, text }: { title: string; text: string }) {
  return (
    <div className={styles.page}>
      <Title order={1}>{title}</Title>
      <Text mt="md">{text}</Text>
    </div>
  )
}

function Pair<R extends Mergeable>({ id, other, ...props }: RecordsProps<R> & { id: string; other: string }) {
  const { t } = useTranslation()
  const { entity, read, texts } = props
  const one = (wanted: string) =>
    queryOptions({ queryKey: [...asked(entity), wanted], queryFn: ({ signal }) => read(wanted, signal) })
  const stays = useQuery(one(id))
  const gone = useQuery(one(other))
  const failed = stays.error ?? gone.error
  if (failed) {
    return (
      <div className={styles.page}>
        <Failure cause={failed} retry={() => void Promise.all([stays.refetch(), gone.refetch()])}>
          <Anchor component={Link} to={entity === 'company' ? '/companies' : '/find'} size="sm">
            {t(entity === 'company' ? 'nav.companies' : 'find.title')}
          </Anchor>
        </Failure>
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
  if (stays.data.id === gone.data.id) return <Told title={texts.title} text={texts.same} />
  return <Merge {...props} stays={stays.data} gone={gone.data} />
}

function Merge<R extends Mergeable>(props: RecordsProps<R> & { stays: R; gone: R }) {
  const { kind, entity, path, texts, labelOf, nameOf, detailOf, rehearse, stays, gone } = props
  const navigate = useNavigate()
  const queries = useQueryClient()
  const draft = useDraft<{ choices: Choices }>(`merge-${stays.id}-${gone.id}`, { choices: {} })
  const { choices } = draft.value
  const choose = chooseOf(choices)
  const body = { other: gone.id, choose }
  const defined = useQuery(attributes(entity))
  const preview = useQuery({
    queryKey: [...asked(entity), stays.id, gone.id, stays.version, gone.version, choose],
    queryFn: ({ signal }) => rehearse(stays.id, body, signal),
    placeholderData: keepPreviousData,
  })
  const names = apart(nameOf, detailOf, stays, gone)
  const rows = useMemo(
    () => rowsOf(kind, stays, gone, preview.data?.result, defined.data ?? []),
    [kind, stays, gone, preview.data, defined.data],
  )
  const merge = useWrite(
    ({ etag, ...rest }: Body & { etag: string }, key) => props.merge(stays.id, rest, { 'If-Match': etag, 'Idempotency-Key': key }),
    (survivor) => {
      const done = survivor.absorbed?.find((one) => one.id === gone.id)?.merge_id
      draft.discard()
      props.merged(survivor)
      void queries.invalidateQueries({ queryKey: ['contacts'] })
      if (entity === 'company') void queries.invalidateQueries({ queryKey: ['companies'] })
      if (done) offerUndo(queries, { kind: entity, id: done, survivor: survivor.id }, names)
      void navigate({ to: path, params: { id: survivor.id }, replace: true, state: (state) => ({ ...state, absorbed: undefined as never }) })
    },
  )
  // Somebody changed one of the two: both are read again, and the result is worked out again, for them to look at.
  const overtaken = merge.problem?.status === 412
  useEffect(() => {
    if (overtaken) void queries.invalidateQueries({ queryKey: asked(entity) })
  }, [overtaken, queries, entity])
  const ready = preview.isSuccess && !preview.isPlaceholderData
  return (
    <MergeView
      title={texts.title}
      direction={texts.direction(names)}
      directionHelp={texts.directionHelp}
      kind={kind}
      entity={entity}
      labelOf={labelOf}
      names={names}
      rows={rows}
      choices={choices}
      draft={draft}
      choose={(field, other) => draft.put({ choices: chosen(kind.together, choices, field, other) })}
      moves={preview.data?.moves}
      preview={{ waiting: preview.isPending, old: preview.isPlaceholderData, cause: preview.error, again: () => void preview.refetch() }}
      merge={{
        submit: ready ? () => void merge.send({ ...body, etag: preview.data.etag }) : undefined,
        pending: merge.pending,
        problem: merge.problem,
      }}
      swap={() => void navigate({ to: `${path}/merge`, params: { id: gone.id }, search: { with: stays.id }, replace: true, state: (state) => state })}
    />
  )
}
