import '../texts'
import { Skeleton } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { curlOf } from '@/lib/curl'
import { useZone } from '@/lib/shown'
import { moment, number } from '@/lib/text'
import { segment } from '../queries'
import { BackTo } from './back-to'
import { Copies } from './copies'
import { FoundPeople, usePeopleColumns } from './found-people'
import type { Person } from './person-grid'
import { snapshot, snapshotMembers } from './queries'
import { Reasons } from './reasons'
import styles from './segment.module.css'
import { rowsShown } from './rows-shown'
import { useMore } from './use-more'

/** SnapshotPage is who was in a segment at one moment. */
export function SnapshotPage() {
  const { t } = useTranslation()
  const { id, n: written } = useParams({ from: '/signed-in/segments/$id/snapshots/$n' })
  const n = Number(written)
  const zone = useZone()
  const columns = usePeopleColumns()
  const of = useQuery(segment(id))
  const one = useQuery(snapshot(id, n))
  const found = useInfiniteQuery(snapshotMembers(id, n))
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.contacts as Person[]), [found.data])
  const first = found.data?.pages[0]
  const more = useMore(found)
  if (one.isError) {
    return (
      <div className={styles.page}>
        <BackTo id={id} name={of.data?.name} tab="snapshots" />
        <Failure cause={one.error} retry={() => void one.refetch()} />
      </div>
    )
  }
  if (!one.data) return <Skeleton height={360} m="lg" w="auto" />
  const { count, entered, left, evaluated_at } = one.data
  return (
    <div className={styles.page}>
      <BackTo id={id} name={of.data?.name} tab="snapshots" />
      <h1 className={styles.title}>{t('segments.snapshot.title', { n })}</h1>
      <div className={styles.countLine}>
        <span className={styles.bigCount}>{number(count)}</span>
        <span className={styles.muted}>{t('segments.snapshot.then', { count, at: moment(evaluated_at, zone) })}</span>
      </div>
      {n > 1 && (
        <p>
          {t('segments.snapshot.since', { n: n - 1, entered: number(entered), left: number(left) })}{' '}
          {entered + left > 0 && (
            <Link to="/segments/$id" params={{ id }} search={{ tab: 'snapshots', from: n - 1, to: n }}>
              {t('segments.snapshot.who')}
            </Link>
          )}
        </p>
      )}
      {first?.held_back && <Reasons title={t('segments.snapshot.notShown')} by={first.held_back} />}
      <div className={styles.bar}>
        <span role="status">{first && rowsShown(t, rows.length, count)}</span>
        <Copies
          name={`${of.data?.name ?? id} ${n}`}
          ask={(Accept) =>
            api.GET('/v1/segments/{id}/snapshots/{n}/members', {
              params: { path: { id, n: String(n) }, query: { blocked: 'include' } }, headers: { Accept }, parseAs: 'blob',
            })
          }
          curl={() => curlOf(`${window.location.origin}/v1/segments/${id}/snapshots/${n}/members?blocked=include&limit=1000`)}
        />
      </div>
      <FoundPeople
        found={found}
        none={t('segments.snapshot.nobody')}
        id="snapshot-people"
        label={t('segments.snapshot.title', { n })}
        rows={rows}
        total={count}
        columns={columns}
        more={more}
        zone={zone}
      />
    </div>
  )
}
