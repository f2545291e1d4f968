import { Button } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '@/lib/api/client'
import { curlOf } from '@/lib/curl'
import type { Segment } from '../queries'
import { Copies } from './copies'
import { FoundPeople, usePeopleColumns } from './found-people'
import type { Person } from './person-grid'
import { members } from './queries'
import styles from './segment.module.css'
import { rowsShown } from './rows-shown'
import { useMore } from './use-more'

/** Members lists who is in the segment now. */
export function Members({ segment, zone }: { segment: Segment; zone: string }) {
  const { t } = useTranslation()
  const columns = usePeopleColumns()
  const found = useInfiniteQuery(members(segment.id))
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.contacts as Person[]), [found.data])
  const count = found.data?.pages[0]?.count
  const more = useMore(found)
  return (
    <>
      <div className={styles.bar}>
        <span role="status">{count !== undefined && rowsShown(t, rows.length, count)}</span>
        <Copies
          name={segment.name}
          ask={(Accept) => api.GET('/v1/segments/{id}/members', { params: { path: { id: segment.id } }, headers: { Accept }, parseAs: 'blob' })}
          curl={() => curlOf(`${window.location.origin}/v1/segments/${segment.id}/members?limit=1000`)}
        />
      </div>
      <FoundPeople
        found={found}
        none={t('segments.page.nobody')}
        id="members"
        label={t('segments.page.tabs.members')}
        rows={rows}
        total={count ?? -1}
        columns={columns}
        more={more}
        zone={zone}
      />
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
