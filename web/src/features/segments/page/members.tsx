import { Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { curlOf } from '@/lib/curl'
import { number } from '@/lib/text'
import { useNarrow } from '@/lib/use-width'
import type { Segment } from '../queries'
import { Copies } from './copies'
import { PersonGrid, type Person } from './person-grid'
import { members } from './queries'
import styles from './segment.module.css'
import { useMore } from './use-more'

/** What is shown of people beside the name, unless somebody chose the fields. */
export const usualColumns = ['email', 'phone', 'country', 'last_seen_at'] as const

/** On a phone two values stand below the name. */
export const narrowColumns = ['email', 'last_seen_at'] as const

/** Members lists who is in the segment now. */
export function Members({ segment, zone }: { segment: Segment; zone: string }) {
  const { t } = useTranslation()
  const narrow = useNarrow()
  const found = useInfiniteQuery(members(segment.id))
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.contacts as Person[]), [found.data])
  const count = found.data?.pages[0]?.count
  const more = useMore(found)
  return (
    <>
      <div className={styles.bar}>
        <span role="status">{count !== undefined && t('segments.page.shown', { rows: number(rows.length), total: number(count) })}</span>
        <Copies
          name={segment.name}
          ask={(Accept) => api.GET('/v1/segments/{id}/members', { params: { path: { id: segment.id } }, headers: { Accept }, parseAs: 'blob' })}
          curl={() => curlOf(`${window.location.origin}/v1/segments/${segment.id}/members?limit=1000`)}
        />
      </div>
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={320} />}
      {found.data && rows.length === 0 && <p>{t('segments.page.nobody')}</p>}
      {rows.length > 0 && (
        <PersonGrid id="members" label={t('segments.page.tabs.members')} rows={rows} total={count ?? -1} columns={narrow ? narrowColumns : usualColumns} more={more} zone={zone} />
      )}
    </>
  )
}

/** More asks for the next page of a list. */
export function More({ next, loading }: { next: () => void; loading: boolean }) {
  const { t } = useTranslation()
  return (
    <Button mt="sm" variant="default" loading={loading} onClick={next}>
      {t('segments.page.moreRows')}
    </Button>
  )
}
