import '../texts'
import { Badge, Button, NativeSelect, Skeleton, Switch, TextInput } from '@mantine/core'
import { IconPlus, IconSearch } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useRouteContext, useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Page } from '@/components/page'
import { allows } from '@/lib/scopes'
import { settings } from '@/lib/settings'
import { number } from '@/lib/text'
import { useAddress } from '@/lib/use-address'
import { counts, segments as all, sizes } from '../queries'
import { Sparkline } from '../sparkline'
import { orders, type ListView } from '../views'
import styles from './list.module.css'
import { NextRun } from './next-run'
import { rowsOf, type Row } from './rows'

/** How many snapshots the small line shows. */
const lineLength = 30

/** SegmentsPage lists the segments, and opens one by a few letters and Enter. */
export function SegmentsPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const { session } = useRouteContext({ from: '/signed-in' })
  const view: ListView = useSearch({ from: '/signed-in/segments' })
  const written = view.q ?? ''
  const [box, setBox] = useState({ text: written, ahead: false })
  const { text } = box
  const type = (words: string) => setBox({ text: words, ahead: true })
  useAddress('/segments', written, box, setBox, (words) => {
    const { q: _, ...rest } = view
    void navigate({ to: '/segments', replace: true, search: words ? { ...rest, q: words } : rest })
  })
  const [active, setActive] = useState(0)
  const listed = useQuery(all(view.archived ? 'include' : 'exclude'))
  const counted = useQuery(counts(view.archived ? 'include' : 'exclude'))
  const rows = useMemo(() => rowsOf(listed.data ?? [], counted.data, { ...view, q: text }), [listed.data, counted.data, view, text])
  const at = Math.min(active, rows.length - 1)
  useEffect(() => {
    document.getElementById(`segment-${at}`)?.scrollIntoView({ block: 'nearest' })
  }, [at])

  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    const id = rows[at]?.segment.id
    if (step !== 0) {
      event.preventDefault()
      setActive(Math.max(0, Math.min(rows.length - 1, at + step)))
    } else if (event.key === 'Enter' && id) {
      event.preventDefault()
      if (event.ctrlKey || event.metaKey) window.open(`/segments/${id}`, '_blank', 'noopener')
      else void navigate({ to: '/segments/$id', params: { id } })
    } else if (event.key === 'Escape' && text) {
      event.preventDefault()
      type('')
    }
  }
  const change = (next: ListView) => void navigate({ to: '/segments', search: next })
  return (
    <Page
      title={t('nav.segments')}
      wide
      actions={
        allows(session.who.scope, 'writeSegments') && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => void navigate({ to: '/segments/new' })}>
            {t('segments.builder.new')}
          </Button>
        )
      }
    >
      <div className={styles.bar}>
        <TextInput
          className={styles.search}
          type="search"
          role="combobox"
          autoFocus
          aria-label={t('segments.all.find')}
          aria-expanded
          aria-controls="segments-grid"
          aria-haspopup="grid"
          {...(at >= 0 && { 'aria-activedescendant': `segment-${at}` })}
          placeholder={t('segments.all.find')}
          leftSection={<IconSearch size={16} aria-hidden />}
          autoComplete="off"
          value={text}
          onChange={(event) => {
            type(event.currentTarget.value)
            setActive(0)
          }}
          onKeyDown={press}
        />
        <NativeSelect
          aria-label={t('segments.all.sort')}
          value={view.sort ?? 'name'}
          data={orders.map((order) => ({ value: order, label: t(`segments.all.sorts.${order.replace('-', '') as 'name'}`) }))}
          onChange={(event) => change({ ...view, sort: event.currentTarget.value as (typeof orders)[number] })}
        />
        <Switch
          label={t('segments.all.archived')}
          checked={view.archived ?? false}
          onChange={(event) => {
            const { archived: _, ...rest } = view
            change(event.currentTarget.checked ? { ...rest, archived: true } : rest)
          }}
        />
        <span role="status" className={styles.muted}>
          {listed.data && t('segments.all.shown', { count: rows.length, number: number(rows.length) })}
        </span>
      </div>
      {listed.isError && <Failure cause={listed.error} retry={() => void listed.refetch()} />}
      {counted.isError && !listed.isError && <Failure cause={counted.error} retry={() => void counted.refetch()} />}
      {listed.isPending && <Skeleton height={320} />}
      {listed.data?.length === 0 && <p>{t('segments.all.empty')}</p>}
      {listed.data && listed.data.length > 0 && rows.length === 0 && <p>{t('segments.all.noHit')}</p>}
      {rows.length > 0 && <Table rows={rows} active={at} />}
    </Page>
  )
}

function Table({ rows, active }: { rows: Row[]; active: number }) {
  const { t } = useTranslation()
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('nav.segments')}>
      <table className={styles.table} role="grid" id="segments-grid" aria-label={t('nav.segments')}>
        <thead>
          <tr>
            <th scope="col">{t('segments.builder.name')}</th>
            <th scope="col" className={styles.right}>{t('segments.all.count')}</th>
            <th scope="col" className={styles.right}>{t('segments.all.change')}</th>
            <th scope="col">{t('segments.all.line')}</th>
            <th scope="col">{t('segments.all.next')}</th>
            <th scope="col">{t('segments.all.owner')}</th>
            <th scope="col">{t('segments.all.usedBy')}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <SegmentRow key={row.segment.id} row={row} at={at} active={at === active} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function SegmentRow({ row: { segment, count, broken, change, usedBy }, at, active }: { row: Row; at: number; active: boolean }) {
  const { t } = useTranslation()
  const workspace = useQuery(settings).data
  const [ref, inSight] = useInSight<HTMLTableRowElement>()
  const line = useQuery({ ...sizes(segment.id, segment.snapshot?.n ?? 0, lineLength), enabled: inSight && segment.snapshot !== undefined })
  const next = segment.schedule?.next_run_at
  return (
    <tr ref={ref} id={`segment-${at}`} aria-selected={active} className={styles.row}>
      <td>
        <div className={styles.title}>
          <Link to="/segments/$id" params={{ id: segment.id }} className={styles.name} dir="auto" tabIndex={-1}>
            {segment.name}
          </Link>
          {segment.archived && <Badge size="xs" color="gray">{t('segments.all.isArchived')}</Badge>}
          {segment.kind === 'static' && <Badge size="xs" variant="default">{t('segments.all.picked')}</Badge>}
          {(segment.labels ?? []).map((label) => (
            <Badge key={label} size="xs" variant="default" tt="none">
              <span dir="auto">{label}</span>
            </Badge>
          ))}
        </div>
        {broken && <p className={styles.broken}>{t('segments.all.broken', { why: broken })}</p>}
      </td>
      <td className={styles.right}>
        {broken ? '' : count === undefined ? <Skeleton height={12} width={48} ml="auto" /> : number(count)}
      </td>
      <td className={styles.right}>{change === undefined ? <span className={styles.muted}>–</span> : signed(change)}</td>
      <td>
        {line.data && line.data.length > 1 && (
          <Sparkline values={line.data.map(({ count }) => count)} label={t('segments.all.lineLabel', { from: number(line.data[0]!.count), to: number(line.data.at(-1)!.count) })} />
        )}
      </td>
      <td className={styles.nowrap}>
        {next && workspace ? (
          <NextRun at={next} zone={workspace.time_zone} />
        ) : (
          <span className={styles.muted}>–</span>
        )}
      </td>
      <td dir="auto">{segment.owner ?? <span className={styles.muted}>–</span>}</td>
      <td dir="auto">{usedBy.length > 0 ? usedBy.map(({ name }) => name).join(', ') : <span className={styles.muted}>–</span>}</td>
    </tr>
  )
}

/** signed is a change with its sign. */
function signed(change: number): string {
  return change > 0 ? `+${number(change)}` : change < 0 ? `−${number(-change)}` : '0'
}

/** useInSight says whether an element has been in sight. */
function useInSight<T extends HTMLElement>(): [React.RefObject<T | null>, boolean] {
  const ref = useRef<T>(null)
  const [inSight, setInSight] = useState(false)
  useEffect(() => {
    if (!ref.current || inSight) return
    const watch = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setInSight(true)
    })
    watch.observe(ref.current)
    return () => watch.disconnect()
  }, [inSight])
  return [ref, inSight]
}
