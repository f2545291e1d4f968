import { Radio, Skeleton, Title } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { curlOf } from '@/lib/curl'
import { moment, number } from '@/lib/text'
import { sizes, type Segment } from '../queries'
import type { PageView } from '../views'
import { Chart } from './chart'
import { Copies } from './copies'
import { More } from './members'
import { PersonLink } from './person-link'
import { changes, namesOf, snapshots } from './queries'
import styles from './segment.module.css'

/** How many of the newest sizes the chart shows. */
const charted = 500

/** Snapshots is how large the segment was, and who entered and left between two snapshots. */
export function Snapshots({ segment, zone, view }: { segment: Segment; zone: string; view: PageView }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const newest = segment.snapshot?.n ?? 0
  const line = useQuery({ ...sizes(segment.id, newest, charted), enabled: newest > 0 })
  const found = useInfiniteQuery(snapshots(segment.id))
  const rows = (found.data?.pages ?? []).flatMap((page) => page.snapshots)
  const to = view.to ?? rows[0]?.n
  const from = view.from ?? rows[1]?.n
  const pick = (end: 'from' | 'to', n: number) =>
    void navigate({ to: '/segments/$id', params: { id: segment.id }, replace: true, search: { ...view, ...(from && { from }), ...(to && { to }), [end]: n } })
  const several = rows.length > 1 // then two of them can be compared
  if (found.isError) return <Failure cause={found.error} retry={() => void found.refetch()} />
  if (found.isPending) return <Skeleton height={320} />
  if (rows.length === 0) return <p>{t('segments.page.noSnapshot')}</p>
  return (
    <>
      {line.isError && <Failure cause={line.error} retry={() => void line.refetch()} />}
      {line.data ? <Chart points={line.data} zone={zone} /> : several && line.isPending && <Skeleton className={styles.frame} />}
      {several && <p className={styles.muted}>{t('segments.page.pickTwo')}</p>}
      <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('segments.page.tabs.snapshots')}>
        <table className={`${styles.table} ${styles.snapshots}`}>
          <thead>
            <tr>
              {several && <th scope="col">{t('segments.builder.from')}</th>}
              {several && <th scope="col">{t('segments.builder.until')}</th>}
              <th scope="col" className={styles.right}>{t('segments.page.number')}</th>
              <th scope="col">{t('segments.page.at')}</th>
              <th scope="col" className={styles.right}>{t('segments.panels.people')}</th>
              <th scope="col" className={styles.right}>{t('segments.page.entered')}</th>
              <th scope="col" className={styles.right}>{t('segments.page.left')}</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(({ n, evaluated_at, count, entered, left }) => (
              <tr key={n} className={styles.row}>
                {several && (
                  <td>
                    <Radio size="xs" name="from" checked={n === from} onChange={() => pick('from', n)} aria-label={t('segments.page.fromSnapshot', { n })} />
                  </td>
                )}
                {several && (
                  <td>
                    <Radio size="xs" name="to" checked={n === to} onChange={() => pick('to', n)} aria-label={t('segments.page.toSnapshot', { n })} />
                  </td>
                )}
                <td className={styles.right}>
                  <Link className={styles.name} to="/segments/$id/snapshots/$n" params={{ id: segment.id, n: String(n) }} aria-label={t('segments.snapshot.title', { n })}>
                    {number(n)}
                  </Link>
                </td>
                <td>{moment(evaluated_at, zone)}</td>
                <td className={styles.right}>{number(count)}</td>
                <td className={styles.right}>{number(entered)}</td>
                <td className={styles.right}>{number(left)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {found.hasNextPage && <More next={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} />}
      {from !== undefined && to !== undefined && from !== to && <Changes id={segment.id} from={from} to={to} />}
    </>
  )
}

function Changes({ id, from, to }: { id: string; from: number; to: number }) {
  const { t } = useTranslation()
  const found = useInfiniteQuery(changes(id, from, to))
  const pages = found.data?.pages ?? []
  const entered = pages.flatMap((page) => page.entered)
  const left = pages.flatMap((page) => page.left)
  return (
    <section aria-label={t('segments.page.changes', { from, to })}>
      <div className={styles.bar}>
        <Title order={2}>{t('segments.page.changes', { from, to })}</Title>
        <Copies
          name={t('segments.page.changes', { from, to })}
          ask={(Accept) => api.GET('/v1/segments/{id}/changes', { params: { path: { id }, query: { from, to } }, headers: { Accept }, parseAs: 'blob' })}
          curl={() => curlOf(`${window.location.origin}/v1/segments/${id}/changes?from=${from}&to=${to}&limit=1000`)}
        />
      </div>
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={120} />}
      {found.data && (
        <div className={styles.columns}>
          <Who title={t('segments.page.entered')} list={entered} count={pages[0]?.entered_count ?? 0} />
          <Who title={t('segments.page.left')} list={left} count={pages[0]?.left_count ?? 0} />
        </div>
      )}
      {found.hasNextPage && <More next={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} />}
    </section>
  )
}

interface Someone {
  id: string
  cause?: string
  blocked?: boolean
}

function Who({ title, list, count }: { title: string; list: readonly Someone[]; count: number }) {
  const { t } = useTranslation()
  const names = useQuery(namesOf(list.slice(0, 1_000).map(({ id }) => id)))
  return (
    <div>
      <Title order={3}>
        {title} ({number(count)})
      </Title>
      {count === 0 && <p className={styles.muted}>{t('segments.page.none')}</p>}
      <ul className={styles.who}>
        {list.map(({ id, cause }) => (
          <li key={id}>
            {cause === 'deleted' ? id : <PersonLink id={id} names={names.data} awaited={names.isPending} />}
            {cause && !names.data?.get(id)?.into && <span className={styles.muted}> {t(`profile.segments.causes.${cause}` as 'profile.segments.causes.deleted', { defaultValue: cause })}</span>}
          </li>
        ))}
      </ul>
    </div>
  )
}
