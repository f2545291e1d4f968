import { Alert, Anchor, Skeleton, Stack, Tabs } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { useIsFetching, useQuery } from '@tanstack/react-query'
import { Link, useLocation, useNavigate, useParams, useRouter, useSearch } from '@tanstack/react-router'
import { Suspense, useCallback, useDeferredValue, useEffect, useMemo, useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { Contact } from '@/lib/edits/contact'
import { later } from '@/lib/fetched'
import { useMay } from '@/lib/may'
import { neighbour } from '@/lib/neighbours'
import { useEscape, useShortcuts } from '@/lib/shortcuts'
import { deeper, stepsBack } from '@/lib/way-back'
import { AbsorbedCard } from './absorbed-card'
import { BlockBand } from './block-band'
import { CompanyCard } from './company-card'
import { ConsentCard } from './consent-card'
import { Conversations } from './conversations'
import { Details } from './details'
import { DuplicatesCard } from './duplicates-card'
import { useLabels } from './fields'
import { Header } from './header'
import { noteBox, Notes } from './notes'
import styles from './profile.module.css'
import { about, similar } from './queries'
import { SegmentsCard } from './segments-card'
import { Timeline } from './timeline'
import { useRecord, type Person } from './use-record'
import { viewOf, type Change, type Tab, type View } from './view'

// Fetched when they open.
const ConflictDialog = later(async () => (await import('@/components/fields/conflict-dialog')).ConflictDialog)
const BlockDialog = later(async () => (await import('./block-dialog')).BlockDialog)
const MergeDialog = later(async () => (await import('./merge-dialog')).MergeDialog)

/** ProfilePage is everything about one contact on one screen. */
export function ProfilePage() {
  const { id } = useParams({ strict: false })
  // Another person is another page: what was opened of one is not open of the next.
  return id ? <Profile key={id} id={id} /> : null
}

function Profile({ id }: { id: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { read, person, record } = useRecord(id)
  const absorbed = useLocation({ select: (location) => location.state.absorbed })
  const now = record?.id

  // Whoever was merged into another contact is that one now.
  useEffect(() => {
    if (!now || now === id) return
    void navigate({
      to: '/contacts/$id',
      params: { id: now },
      search: (search: Record<string, unknown>) => viewOf(search),
      replace: true,
      state: (state) => ({ ...state, absorbed: id }),
    })
  }, [now, id, navigate])

  if (!record) {
    return read.isError ? (
      <Stack p="xl" maw={640}>
        <Failure cause={read.error} retry={() => void read.refetch()}>
          <Anchor component={Link} to="/find" size="sm">
            {t('find.title')}
          </Anchor>
        </Failure>
      </Stack>
    ) : (
      <Waiting label={t('profile.loadingPerson')} />
    )
  }
  return (
    <>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      <Loaded person={person} record={record} absorbed={absorbed !== undefined} />
    </>
  )
}

function Waiting({ label }: { label: string }) {
  return (
    <div className={styles.page} aria-busy aria-label={label}>
      <Skeleton height={56} mb="lg" />
      <div className={styles.columns}>
        <Skeleton height={640} />
        <Skeleton height={640} />
        <Skeleton height={640} />
      </div>
    </div>
  )
}

function Loaded({ person, record, absorbed }: { person: Person; record: Contact; absorbed: boolean }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const view = viewOf(useSearch({ strict: false }))
  const label = useLabels()
  const [blocking, setBlocking] = useState(false)
  const [merging, setMerging] = useState(false)
  const change = useCallback(
    (next: View, replace = false) =>
      void navigate({ to: '/contacts/$id', params: { id: person.id }, search: next, replace, state: replace ? (state) => state : deeper }),
    [navigate, person.id],
  )
  const { previous, next, inList } = useNeighbours()
  const conflict = [...person.fields.values()].some((edit) => edit.status === 'conflict')
  const block = () => setBlocking(true)
  const merge = () => setMerging(true)
  useKeys({ person, record, view, change, block, merge, previous, next })
  return (
    <div className={styles.page}>
      {absorbed && (
        <Alert role="status" variant="outline" mb="md" className={styles.notice}>
          {t('profile.absorbed')}
        </Alert>
      )}
      {record.blocked && <BlockBand person={person} record={record} />}
      <Header record={record} block={block} merge={merge} previous={previous} next={next} inList={inList} />
      <Panels person={person} record={record} view={view} change={change} />
      <Suspense>
        {conflict && <ConflictDialog record={person} label={label} />}
        {merging && <MergeDialog record={record} close={() => setMerging(false)} />}
        {blocking && <BlockDialog person={person} record={record} close={() => setBlocking(false)} />}
      </Suspense>
    </div>
  )
}

interface PanelsProps {
  person: Person
  record: Contact
  view: View
  change: Change
}

/** Panels puts what is known into columns, or into tabs where there is no room for columns. */
function Panels({ person, record, view, change }: PanelsProps) {
  const { t } = useTranslation()
  const narrow = useMediaQuery('(max-width: 900px)', window.innerWidth <= 900, { getInitialValueInEffect: false })
  const details = <Details person={person} record={record} />
  // The cards ask for more and are drawn after what is known of the person already.
  const withCards = useDeferredValue(true, false)
  // They appear together, so that none pushes another one away that somebody reads.
  const waiting = useIsFetching({ queryKey: about(person.id), predicate: ({ state }) => state.data === undefined }) > 0
  const aside = (
    <div className={styles.aside} data-waiting={waiting}>
      {withCards && (
        <>
          <CompanyCard record={record} />
          <SegmentsCard person={person} />
          <DuplicatesCard record={record} />
          <ConsentCard person={person} record={record} />
          <AbsorbedCard record={record} />
        </>
      )}
    </div>
  )
  const wanted = view.tab ?? (narrow ? 'details' : 'timeline')
  const tab: Tab = narrow || (wanted !== 'details' && wanted !== 'about') ? wanted : 'timeline'
  const panels: [Tab, string, ReactNode][] = [
    ...(narrow ? ([['details', t('profile.details'), details]] as [Tab, string, ReactNode][]) : []),
    ['timeline', t('profile.timeline.title'), <Timeline key="t" person={person} view={view} change={change} />],
    ['notes', t('profile.notes.title'), <Notes key="n" person={person} />],
    ['conversations', t('profile.conversations.title'), <Conversations key="c" person={person} view={view} change={change} />],
    ...(narrow ? ([['about', t('profile.about'), aside]] as [Tab, string, ReactNode][]) : []),
  ]
  const middle = (
    <Tabs
      value={tab}
      keepMounted={false}
      className={styles.middle}
      onChange={(value) => {
        const { conversation: _, ...rest } = view
        change({ ...rest, tab: value as Tab })
      }}
    >
      <Tabs.List className={styles.tabs}>
        {panels.map(([value, label]) => (
          <Tabs.Tab key={value} value={value}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {panels.map(([value, , panel]) => (
        <Tabs.Panel key={value} value={value} pt="md">
          {panel}
        </Tabs.Panel>
      ))}
    </Tabs>
  )
  if (narrow) return middle
  return (
    <div className={styles.columns}>
      <div className={styles.left}>{details}</div>
      {middle}
      {aside}
    </div>
  )
}

/** useNeighbours opens the one before and after in the list where somebody came from. */
function useNeighbours() {
  const navigate = useNavigate()
  const from = useLocation({ select: (location) => location.state.neighbours })
  return useMemo(() => {
    const go = (step: -1 | 1) => {
      const there = neighbour(from, step)
      return (
        there &&
        (() =>
          void navigate({
            to: '/contacts/$id',
            params: { id: there.id },
            search: (search: Record<string, unknown>) => {
              const { conversation: _, ...rest } = viewOf(search)
              return rest
            },
            replace: true, // so that Back leads to the list
            state: (state) => ({ ...state, neighbours: there.neighbours, absorbed: undefined as never }),
          }))
      )
    }
    return { previous: go(-1), next: go(1), inList: from !== undefined && from.ids.length > 1 }
  }, [from, navigate])
}

interface KeysProps extends PanelsProps {
  block: () => void
  merge: () => void
  previous: (() => void) | undefined
  next: (() => void) | undefined
}

/** useKeys answers the keys of the profile: n, m, b, [, ], and Esc for the way back: out of a conversation, then to where somebody came from. */
function useKeys({ person, record, view, change, block, merge, previous, next }: KeysProps) {
  const may = useMay()
  const router = useRouter()
  const navigate = useNavigate()
  const steps = useLocation({ select: (location) => stepsBack(location.state) })
  const double = useQuery(similar(record)).data?.hits[0]?.contact.id
  const [note, setNote] = useState(false)
  useEffect(() => {
    if (!note || view.tab !== 'notes') return
    setNote(false)
    document.getElementById(noteBox)?.focus()
  }, [note, view.tab])

  const handlers: Record<string, () => void> = {}
  if (previous) handlers['['] = previous
  if (next) handlers[']'] = next
  if (may('writeNotes')) {
    handlers['n'] = () => {
      setNote(true)
      if (view.tab !== 'notes') change({ ...view, tab: 'notes' })
    }
  }
  if (may('mergeAndBlock')) {
    if (!record.blocked) handlers['b'] = block
    handlers['m'] = () =>
      double ? void navigate({ to: '/contacts/$id/merge', params: { id: person.id }, search: { with: double }, state: deeper }) : merge()
  }
  useShortcuts(handlers)
  useEscape(() => {
    const { conversation, ...rest } = view
    if (view.tab === 'conversations' && conversation) change(rest)
    else if (steps > 0) router.history.go(-steps)
    else void navigate({ to: '/find', search: {} })
  })
}
