import { Button } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyDialog } from '@/components/copy-dialog'
import { curlOf } from '@/lib/curl'
import { moment, number } from '@/lib/text'
import { heldReasons, type HeldReason } from '../views'
import { groupName } from './audience'
import { audiencePeople, before, eventKinds, reported, whoMet } from './audience-queries'
import { audiences, changes, type Audience } from './queries'
import { Reasons } from './reasons'
import styles from './segment.module.css'

/** AudienceFacts are the numbers of an audience, and how far the campaign has come. */
export function AudienceFacts({ audience, zone }: { audience: Audience; zone: string }) {
  const { t } = useTranslation()
  const { groups, split, held_back, limit, unknown_campaigns } = audience
  const now = useInfiniteQuery(audiencePeople(audience.id, {})).data?.pages[0]?.held
  const leads = (which: 'held' | 'left') => (reason: string, children: ReactNode) =>
    heldReasons.includes(reason as HeldReason) ? (
      <Link to="/segments/$id/audiences/$audience" params={{ id: audience.segment_id, audience: audience.id }} search={{ [which]: reason as HeldReason }} replace>
        {children}
      </Link>
    ) : (
      children
    )
  const parts = Object.entries(groups).map(([name, n]) => {
    const percent = split?.find((group) => group.name === name)?.percent
    return `${groupName(t, name)}${percent === undefined ? '' : ` (${percent} %)`}: ${number(n)}`
  })
  return (
    <section className={styles.version} aria-label={t('segments.audience.numbers')}>
      {parts.length > 0 && (
        <p>
          <span className={styles.muted}>{t('segments.audience.groups')}</span> <span dir="auto">{parts.join(', ')}</span>
        </p>
      )}
      {limit !== undefined && <p>{t('segments.audience.drawn', { count: limit, number: number(limit) })}</p>}
      <Reasons title={t('segments.audience.heldThen')} by={held_back} link={leads('held')} />
      {now && <Reasons title={t('segments.audience.leftNow')} by={now} link={leads('left')} />}
      {unknown_campaigns && unknown_campaigns.length > 0 && <p className={styles.bad}>{t('segments.pull.unknown', { campaigns: unknown_campaigns.join(', ') })}</p>}
      <Since audience={audience} zone={zone} />
      <Reported campaign={audience.campaign} />
      <Progress audience={audience} zone={zone} />
    </section>
  )
}

/** useSince is the audience before this one, and the first page of who entered and left the segment since. */
function useSince(audience: Audience) {
  const all = useQuery(audiences(audience.segment_id))
  const last = all.data && before(all.data, audience)
  const differ = last !== undefined && last.snapshot !== audience.snapshot
  const found = useInfiniteQuery({ ...changes(audience.segment_id, last?.snapshot ?? 0, audience.snapshot), enabled: differ })
  return { last, differ, page: found.data?.pages[0], awaited: awaited(all) || (differ && awaited(found)) }
}

const awaited = ({ isPending, failureCount }: { isPending: boolean; failureCount: number }) => isPending && failureCount === 0

/** useFactsAwaited says whether something of AudienceFacts is still to come, which would move what stands below it. */
export function useFactsAwaited(audience: Audience): boolean {
  const now = useInfiniteQuery(audiencePeople(audience.id, {}))
  const since = useSince(audience)
  const told = useQuery(reported(audience.campaign))
  return awaited(now) || since.awaited || awaited(told)
}

/** Since is who entered and left the segment since the audience before this one. */
function Since({ audience, zone }: { audience: Audience; zone: string }) {
  const { t } = useTranslation()
  const { last, differ, page } = useSince(audience)
  if (!last) return null
  const at = { campaign: last.campaign, at: moment(last.created_at, zone) }
  if (!differ) return <p>{t('segments.audience.sameSnapshot', at)}</p>
  if (!page) return null // also when the segment was deleted, with its snapshots
  return (
    <p>
      {t('segments.audience.since', { ...at, count: page.entered_count, entered: number(page.entered_count), left: number(page.left_count) })}{' '}
      <Link to="/segments/$id" params={{ id: audience.segment_id }} search={{ tab: 'snapshots', from: last.snapshot, to: audience.snapshot }}>
        {t('segments.snapshot.who')}
      </Link>
    </p>
  )
}

/** Reported is what the campaign told of the people it wrote to; each kind leads to a segment of them. */
function Reported({ campaign }: { campaign: string }) {
  const { t } = useTranslation()
  const found = useQuery(reported(campaign))
  if (!found.data) return null
  const some = found.data.filter(({ people }) => people > 0)
  if (some.length === 0) return <p className={styles.muted}>{t('segments.audience.nothingReported')}</p>
  return (
    <p>
      <span className={styles.muted}>{t('segments.audience.reported')}</span>{' '}
      {some.map(({ kind, people }, i) => (
        <span key={kind}>
          {i > 0 && ', '}
          <Link to="/segments/new" search={{ filter: whoMet(campaign, kind) }}>
            {t(`segments.words.${kind}`)}: {number(people)}
          </Link>
        </span>
      ))}
    </p>
  )
}

/** Progress is up to which row the campaign has come, and how a campaign says that. */
function Progress({ audience, zone }: { audience: Audience; zone: string }) {
  const { t } = useTranslation()
  const [telling, setTelling] = useState(false)
  const { id, count, acknowledged, acknowledged_at } = audience
  const url = `${window.location.origin}/v1/audiences/${id}`
  const example = { events: [{ row: 1, kind: eventKinds[0], at: new Date().toISOString() }] }
  return (
    <>
      <div className={styles.bar}>
        <span>
          {acknowledged === 0
            ? t('segments.audience.notBegun')
            : t(acknowledged >= count ? 'segments.audience.finished' : 'segments.audience.upTo', {
                count, row: number(acknowledged), number: number(count), at: acknowledged_at ? moment(acknowledged_at, zone) : '',
              })}
        </span>
        <Button size="compact-sm" variant="default" onClick={() => setTelling(true)}>
          {t('segments.audience.how')}
        </Button>
      </div>
      {telling && (
        <CopyDialog
          title={t('segments.audience.how')}
          help={t('segments.audience.howHelp')}
          text={`${curlOf(`${url}/ack`, { row: Math.max(1, count) })}\n\n${curlOf(`${url}/events`, example)}`}
          close={() => setTelling(false)}
        />
      )}
    </>
  )
}
