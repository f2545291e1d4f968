import { Skeleton, Switch } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { moment } from '@/lib/text'
import type { Segment } from '../queries'
import { More } from './members'
import { PersonLink } from './person-link'
import { events, namesOf } from './queries'
import styles from './segment.module.css'
import { useChange } from './use-change'

/** Events is who entered the segment and who left it, while it is watched. */
export function Events({ segment, zone, mayWrite }: { segment: Segment; zone: string; mayWrite: boolean }) {
  const { t } = useTranslation()
  const change = useChange(segment)
  const found = useInfiniteQuery({ ...events(segment.id), refetchInterval: segment.watched ? 5_000 : false })
  const rows = (found.data?.pages ?? []).flatMap((page) => page.events)
  const names = useQuery(namesOf([...new Set(rows.flatMap(({ contact_id }) => contact_id ?? []))].slice(0, 1_000)))
  return (
    <>
      <Switch
        label={t('segments.events.watch')}
        description={t('segments.events.help')}
        checked={segment.watched ?? false}
        disabled={!mayWrite || change.pending}
        onChange={(event) => void change.send({ watched: event.currentTarget.checked })}
      />
      {change.problem && <Failure cause={change.problem} />}
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={120} mt="md" />}
      {found.data && rows.length === 0 && <p className={styles.muted}>{t('segments.events.none')}</p>}
      {rows.length > 0 && (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('segments.page.tabs.events')}>
          <table className={styles.table}>
            <thead>
              <tr>
                <th scope="col">{t('segments.page.at')}</th>
                <th scope="col">{t('segments.panels.people')}</th>
                <th scope="col">{t('segments.events.event')}</th>
                <th scope="col">{t('segments.events.why')}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map(({ seq, at, contact_id, event, cause }) => (
                <tr key={`${seq} ${contact_id} ${event}`} className={styles.row}>
                  <td>{moment(at, zone)}</td>
                  <td>
                    {contact_id ? <PersonLink id={contact_id} names={names.data} awaited={names.isPending} /> : t('profile.segments.causes.deleted')}
                  </td>
                  <td>{t(event === 'entered' ? 'segments.page.entered' : 'segments.page.left')}</td>
                  <td>{t(`profile.segments.causes.${cause}`)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.hasNextPage && <More next={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} />}
    </>
  )
}
