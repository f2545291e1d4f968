import { Badge, Button, Skeleton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyDialog } from '@/components/copy-dialog'
import { Failure } from '@/components/failure'
import { country } from '@/lib/countries'
import { curlOf } from '@/lib/curl'
import { ago, moment, number } from '@/lib/text'
import type { Contact, Segment } from '../queries'
import { members } from './queries'
import styles from './segment.module.css'

/** Members lists who is in the segment now. */
export function Members({ segment, zone }: { segment: Segment; zone: string }) {
  const { t } = useTranslation()
  const [copying, setCopying] = useState(false)
  const found = useInfiniteQuery(members(segment.id))
  const pages = found.data?.pages ?? []
  const rows = pages.flatMap((page) => page.contacts as (Contact & { blocked?: boolean })[])
  const count = pages[0]?.count
  return (
    <>
      <div className={styles.bar}>
        <span role="status">
          {count !== undefined && t('segments.page.shown', { rows: number(rows.length), total: number(count) })}
        </span>
        <Button size="compact-sm" variant="subtle" onClick={() => setCopying(true)}>
          {t('segments.copy.curl')}
        </Button>
      </div>
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={320} />}
      {found.data && rows.length === 0 && <p>{t('segments.page.nobody')}</p>}
      {rows.length > 0 && (
        <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('segments.page.tabs.members')}>
          <table className={styles.table}>
            <thead>
              <tr>
                {(['name', 'email', 'phone', 'country', 'last_seen_at'] as const).map((field) => (
                  <th key={field} scope="col">
                    {t(`segments.fields.${field}`)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((contact) => (
                <tr key={contact.id} className={styles.row}>
                  <td>
                    <Link to="/contacts/$id" params={{ id: contact.id }} className={styles.name} dir="auto">
                      {contact.name ?? contact.email ?? contact.phone ?? contact.identifier ?? t('segments.panel.unnamed')}
                    </Link>{' '}
                    {contact.blocked && <Badge size="xs" color="red">{t('segments.fields.blocked')}</Badge>}
                  </td>
                  <td dir="auto">{contact.email}</td>
                  <td>{contact.phone}</td>
                  <td>{contact.country && country(contact.country)}</td>
                  <td>
                    {contact.last_seen_at && (
                      <time dateTime={contact.last_seen_at} aria-label={moment(contact.last_seen_at, zone)}>
                        {ago(contact.last_seen_at)}
                      </time>
                    )}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {found.hasNextPage && <More next={() => void found.fetchNextPage()} loading={found.isFetchingNextPage} />}
      {copying && (
        <CopyDialog
          title={t('segments.copy.curl')}
          help={t('segments.copy.curlHelp')}
          text={curlOf(`${window.location.origin}/v1/segments/${segment.id}/members?limit=1000`)}
          close={() => setCopying(false)}
        />
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
