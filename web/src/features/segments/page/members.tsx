import { Badge, Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { RecordGrid } from '@/components/list/record-grid'
import { ShareMenu } from '@/components/list/share-menu'
import { api } from '@/lib/api/client'
import { country } from '@/lib/countries'
import { curlOf } from '@/lib/curl'
import { download } from '@/lib/download'
import { useMutation } from '@/lib/edits/use-mutation'
import { neighbourhood } from '@/lib/neighbours'
import { ago, moment, number } from '@/lib/text'
import type { Contact, Segment } from '../queries'
import { members } from './queries'
import styles from './segment.module.css'

type Member = Contact & { blocked?: boolean }

const columns = ['email', 'phone', 'country', 'last_seen_at'] as const

/** Members lists who is in the segment now. */
export function Members({ segment, zone }: { segment: Segment; zone: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const found = useInfiniteQuery(members(segment.id))
  const [active, setActive] = useState(0)
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.contacts as Member[]), [found.data])
  const count = found.data?.pages[0]?.count
  const { fetchNextPage, hasNextPage, isFetchingNextPage } = found
  const more = useCallback(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage()
  }, [hasNextPage, isFetchingNextPage, fetchNextPage])
  const open = (at: number, newTab: boolean) => {
    const id = rows[at]?.id
    if (!id) return
    if (newTab) window.open(`/contacts/${id}`, '_blank', 'noopener')
    else void navigate({ to: '/contacts/$id', params: { id }, state: { neighbours: neighbourhood(rows.map((row) => row.id), at) } })
  }
  return (
    <>
      <div className={styles.bar}>
        <span role="status">{count !== undefined && t('segments.page.shown', { rows: number(rows.length), total: number(count) })}</span>
        <Copies segment={segment} />
      </div>
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={320} />}
      {found.data && rows.length === 0 && <p>{t('segments.page.nobody')}</p>}
      {rows.length > 0 && (
        <div className={styles.members} style={{ '--rows': rows.length } as React.CSSProperties}>
          <RecordGrid
            id="members"
            label={t('segments.page.tabs.members')}
            rows={rows}
            nameLabel={t('segments.fields.name')}
            columns={columns.map((field) => ({ field, label: t(`segments.fields.${field}`) }))}
            name={(row) => <Name member={row} />}
            cell={(row, field) => <Cell member={row} field={field as (typeof columns)[number]} zone={zone} />}
            total={count ?? -1}
            active={Math.min(active, rows.length - 1)}
            activate={setActive}
            open={open}
            old={false}
            more={more}
          />
        </div>
      )}
    </>
  )
}

function Name({ member }: { member: Member }) {
  const { t } = useTranslation()
  return (
    <>
      <Link to="/contacts/$id" params={{ id: member.id }} tabIndex={-1} dir="auto">
        {member.name ?? member.email ?? member.phone ?? member.identifier ?? t('segments.panel.unnamed')}
      </Link>
      {member.blocked && (
        <Badge size="xs" color="red">
          {t('segments.fields.blocked')}
        </Badge>
      )}
    </>
  )
}

function Cell({ member, field, zone }: { member: Member; field: (typeof columns)[number]; zone: string }) {
  const value = member[field]
  if (!value) return null
  if (field === 'country') return country(value)
  if (field !== 'last_seen_at') return value
  return (
    <time dateTime={value} aria-label={moment(value, zone)}>
      {ago(value)}
    </time>
  )
}

/** Copies gives the list to others: as a link, as a line for a shell, and as a file. */
function Copies({ segment }: { segment: Segment }) {
  const { t } = useTranslation()
  const file = useMutation({
    mutationFn: async () => {
      const params = { path: { id: segment.id } }
      const answer = await api.GET('/v1/segments/{id}/members', { params, headers: { Accept: 'text/csv' }, parseAs: 'blob' })
      download(`${segment.name}.csv`, answer.data!)
    },
  })
  return (
    <div className={styles.copies}>
      <Button size="xs" variant="default" loading={file.isPending} onClick={() => file.mutate()}>
        {t('segments.copy.csv')}
      </Button>
      <ShareMenu curl={() => curlOf(`${window.location.origin}/v1/segments/${segment.id}/members?limit=1000`)} />
      {file.isError && <Failure cause={file.error} />}
    </div>
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
