import { Button, NativeSelect, Pill, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core'
import '@mantine/core/styles/Pill.css'
import { IconFilter } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { useFieldLabels } from '@/lib/field-label'
import { answerKeys, focusBox, updateFinder, useFinder } from '@/lib/finder'
import { number } from '@/lib/text'
import { Facets } from './facets'
import styles from './find.module.css'
import { PeopleGrid, rowID } from './people-grid'
import { orderOf, people } from './queries'
import { defaultColumns, picked, sorts, viewOf, type View } from './view'

/** How long after the last letter the address follows, in milliseconds. */
const addressDelay = 150

/** FindPage finds people by words and facets, and answers each letter. */
export function FindPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const written = useSearch({ strict: false }) as View
  const { text } = useFinder()
  const { q: _, ...rest } = written
  const view: View = text ? { ...rest, q: text } : rest
  const found = useInfiniteQuery(people(view))
  const hits = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.hits), [found.data])
  const total = found.data?.pages[0]?.total
  const [active, setActive] = useState(0)
  const [facetsOpen, setFacetsOpen] = useState(false)

  useBoxAndAddress(written.q ?? '', text)
  useEffect(focusBox, [])

  const change = useCallback(
    (next: View) => {
      setActive(0)
      void navigate({ to: '/find', search: next })
    },
    [navigate],
  )
  const open = useCallback(
    (row: number, newTab: boolean) => {
      const id = hits[row]?.contact.id
      if (!id) return
      if (newTab) window.open(`/contacts/${id}`, '_blank', 'noopener')
      else void navigate({ to: '/contacts/$id', params: { id } })
    },
    [hits, navigate],
  )
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = found
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  const row = hits.length === 0 ? -1 : Math.min(active, hits.length - 1)
  useEffect(() => {
    updateFinder({ active: row < 0 ? '' : rowID(row) })
    return () => updateFinder({ active: '' })
  }, [row])
  useEffect(() => setActive(0), [text])
  useEffect(
    () =>
      answerKeys((event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
        if (step !== 0) {
          event.preventDefault()
          setActive((before) => Math.max(0, Math.min(hits.length - 1, before + step)))
        } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
          event.preventDefault()
          open(row, event.ctrlKey || event.metaKey)
        } else if (event.key === 'Escape' && text) {
          event.preventDefault()
          updateFinder({ text: '' })
        }
      }),
    [hits.length, open, row, text],
  )

  const said = total
    ? total.relation === 'gte'
      ? t('find.atLeast', { number: number(total.value) })
      : t('find.total', { count: total.value, number: number(total.value) })
    : ''
  const columns = view.columns ?? defaultColumns
  return (
    <div className={styles.page}>
      <VisuallyHidden>
        <h1>{t('find.title')}</h1>
      </VisuallyHidden>
      <aside className={styles.facets} aria-label={t('find.facets')} role="region" data-open={facetsOpen}>
        <Facets view={view} change={change} />
      </aside>
      <div className={styles.bar}>
        <Button
          hiddenFrom="sm"
          size="xs"
          variant="default"
          leftSection={<IconFilter size={14} aria-hidden />}
          aria-expanded={facetsOpen}
          onClick={() => setFacetsOpen(!facetsOpen)}
        >
          {t('find.facets')}
        </Button>
        <span role="status" aria-label={t('find.matching')} className={styles.total}>
          {said}
        </span>
        <Chips view={view} change={change} />
        <span className={styles.spacer} />
        <NativeSelect
          size="xs"
          aria-label={t('find.sort')}
          value={orderOf(view) ?? ''}
          onChange={(event) => {
            const { sort: _, ...others } = view
            change(event.currentTarget.value ? { ...others, sort: event.currentTarget.value } : others)
          }}
          data={sorts
            .filter((sort) => sort !== '' || view.q)
            .map((sort) => ({ value: sort, label: t(`find.sorts.${nameOf(sort)}`) }))}
        />
      </div>
      {found.isError ? (
        <Stack p="lg">
          <Failure cause={found.error} retry={() => void found.refetch()} />
        </Stack>
      ) : found.isPending ? (
        <Stack p="lg" gap="sm" aria-busy>
          {Array.from({ length: 12 }, (_, i) => (
            <Skeleton key={i} height={24} />
          ))}
        </Stack>
      ) : hits.length === 0 ? (
        <div className={styles.empty}>
          <Text fw={600}>{t('find.nobody')}</Text>
          <Text c="dimmed">{t('find.nobodyHelp')}</Text>
        </div>
      ) : (
        <PeopleGrid
          hits={hits}
          columns={columns}
          total={total?.relation === 'eq' ? total.value : -1}
          active={row}
          activate={setActive}
          open={open}
          old={found.isPlaceholderData}
          more={more}
        />
      )}
    </div>
  )
}

/** nameOf is the name of an order in the texts. */
function nameOf(sort: (typeof sorts)[number]) {
  return sort === '' ? 'best' : (sort.replace('-', '') as 'last_seen_at' | 'name' | 'created_at' | 'updated_at')
}

/** Chips are what is picked, each with a way to take it back. */
function Chips({ view, change }: { view: View; change: (view: View) => void }) {
  return Object.keys(view.picks ?? {}).map((field) => (
    <Chip key={field} field={field} view={view} clear={() => change(picked(view, field, {}))} />
  ))
}

function Chip({ field, view, clear }: { field: string; view: View; clear: () => void }) {
  const { t } = useTranslation()
  const label = useFieldLabels()(field)
  const pick = view.picks?.[field] ?? {}
  const values = [
    ...(pick.is ?? []),
    ...(pick.none ? [t('find.noValue')] : []),
    ...(pick.not ?? []).map((value) => `≠ ${value}`),
  ]
  return (
    <Pill withRemoveButton onRemove={clear} removeButtonProps={{ 'aria-label': t('find.clearPick', { field: label }) }}>
      {label}: {values.join(', ')}
    </Pill>
  )
}

/**
 * useBoxAndAddress keeps the box and the address the same. The address follows the box a moment later, and replaces
 * itself, so that Back leaves Find in one step. The box follows an address that somebody else wrote: Back, a link.
 */
function useBoxAndAddress(written: string, text: string): void {
  const navigate = useNavigate()
  const own = useRef<string | null>(null)
  useEffect(() => {
    if (written === own.current) return
    own.current = written
    updateFinder({ text: written })
  }, [written])
  useEffect(() => {
    if (own.current === null || text === own.current) return
    const timer = setTimeout(() => {
      own.current = text
      void navigate({
        to: '/find',
        replace: true,
        search: (before: Record<string, unknown>) => {
          const { q: _, ...others } = viewOf(before)
          return text ? { ...others, q: text } : others
        },
      })
    }, addressDelay)
    return () => clearTimeout(timer)
  }, [text, navigate])
}
