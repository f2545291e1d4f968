import { Button, Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useLocation, useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { answerKeys, focusBox, updateFinder, useFinder } from '@/lib/finder'
import { neighbourhood } from '@/lib/neighbours'
import { number } from '@/lib/text'
import { Chips } from './chips'
import { ColumnsMenu } from './columns-menu'
import { Facets } from './facets'
import styles from './find.module.css'
import { Nobody } from './nobody'
import { PeopleGrid, rowID } from './people-grid'
import { Preview } from './preview'
import { people } from './queries'
import { keyOf, nothing, selectionReducer } from './selection'
import { SelectionBar } from './selection-bar'
import { SortMenu } from './sort-menu'
import { useAddress } from './use-address'
import { defaultColumns, type View } from './view'

/** FindPage finds people by words and facets, and answers each letter. */
export function FindPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { q: written, ...rest } = useSearch({ strict: false }) as View
  const { text } = useFinder()
  const view: View = text ? { ...rest, q: text } : rest
  const found = useInfiniteQuery(people(view))
  const hits = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.hits), [found.data])
  const total = found.data?.pages[0]?.total
  const left = useLocation({ select: (location) => location.state.row })
  const [wanted, setWanted] = useState(left ?? 0)
  const row = Math.min(wanted, hits.length - 1)
  const [facetsOpen, setFacetsOpen] = useState(false)

  // What is selected belongs to one question. Another question begins without any.
  const question = keyOf(view)
  const [kept, setKept] = useState({ question, selection: nothing })
  const selection = kept.question === question ? kept.selection : nothing
  const select: React.Dispatch<Parameters<typeof selectionReducer>[1]> = (action) =>
    setKept({ question, selection: selectionReducer(selection, action) })

  useAddress(written ?? '', text)
  useEffect(focusBox, [])
  const asked = useRef(question)
  useEffect(() => {
    if (asked.current !== question) setWanted(0)
    asked.current = question
  }, [question])
  useEffect(() => {
    updateFinder({ active: row < 0 ? '' : rowID(row) })
    return () => updateFinder({ active: '' })
  }, [row])

  const change = useCallback((next: View) => void navigate({ to: '/find', search: next }), [navigate])
  const open = useCallback(
    (at: number, newTab: boolean) => {
      const id = hits[at]?.contact.id
      if (!id) return
      if (newTab) {
        window.open(`/contacts/${id}`, '_blank', 'noopener')
        return
      }
      // Back leads to the row that was left.
      const ids = hits.map((hit) => hit.contact.id)
      void navigate({ to: '/find', search: (before) => before, state: { row: at }, replace: true }).then(() =>
        navigate({ to: '/contacts/$id', params: { id }, state: { neighbours: neighbourhood(ids, at) } }),
      )
    },
    [hits, navigate],
  )
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = found
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])

  useEffect(
    () =>
      answerKeys((event) => {
        const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
        if (step !== 0) {
          event.preventDefault()
          setWanted(Math.max(0, Math.min(hits.length - 1, row + step)))
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

  const said = !total
    ? ''
    : total.relation === 'gte'
      ? t('find.atLeast', { number: number(total.value) })
      : t('find.total', { count: total.value, number: number(total.value) })
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
        <SortMenu view={view} change={change} />
        <ColumnsMenu view={view} change={change} />
      </div>
      {hits.length > 0 && (
        <SelectionBar selection={selection} select={select} view={view} hits={hits} total={total} />
      )}
      {found.isError ? (
        <Stack p="lg" className={styles.grid}>
          <Failure cause={found.error} retry={() => void found.refetch()} />
        </Stack>
      ) : found.isPending ? (
        <Stack p="lg" gap="sm" aria-busy className={styles.grid}>
          {Array.from({ length: 12 }, (_, i) => (
            <Skeleton key={i} height={24} />
          ))}
        </Stack>
      ) : hits.length === 0 ? (
        <Nobody words={text} />
      ) : (
        <PeopleGrid
          hits={hits}
          columns={view.columns ?? defaultColumns}
          total={total?.relation === 'eq' ? total.value : -1}
          active={row}
          activate={setWanted}
          open={open}
          old={found.isPlaceholderData}
          more={more}
          selection={selection}
          select={select}
        />
      )}
      <aside className={styles.preview} aria-label={t('find.preview')}>
        {hits[row] ? <Preview contact={hits[row].contact} /> : <Text c="dimmed">{t('find.noPreview')}</Text>}
      </aside>
    </div>
  )
}
