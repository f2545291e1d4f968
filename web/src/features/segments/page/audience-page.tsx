import '../texts'
import { Button, NativeSelect, Skeleton } from '@mantine/core'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { curlOf } from '@/lib/curl'
import { useMay } from '@/lib/may'
import { useZone } from '@/lib/shown'
import { moment, number } from '@/lib/text'
import { useNarrow } from '@/lib/use-width'
import { segment } from '../queries'
import { heldReasons, type AudienceView } from '../views'
import { AudienceFacts, useFactsAwaited } from './audience-facts'
import { addressOf, askFor, audience, audiencePeople } from './audience-queries'
import { BackTo } from './back-to'
import { Copies } from './copies'
import { DeleteAudience } from './delete-audience'
import { usualColumns, FoundPeople } from './found-people'
import { namesOf, type Audience } from './queries'
import styles from './segment.module.css'
import { rowsShown } from './rows-shown'
import { useMore } from './use-more'

/** AudiencePage is one audience: its numbers, how far the campaign has come, and its people. */
export function AudiencePage() {
  const { t } = useTranslation()
  const { id, audience: one } = useParams({ from: '/signed-in/segments/$id/audiences/$audience' })
  const zone = useZone()
  const may = useMay()
  const [deleting, setDeleting] = useState(false)
  const of = useQuery(segment(id))
  const found = useQuery(audience(one))
  if (!found.data && !found.isError) return <Skeleton height={360} m="lg" w="auto" />
  return (
    <div className={styles.page}>
      <BackTo id={id} name={of.data?.name} tab="pull" />
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.data && (
        <>
          <header className={styles.header}>
            <h1 className={styles.title} dir="auto">
              {t('segments.audience.title', { campaign: found.data.campaign })}
            </h1>
            {may('deleteAudiences') && (
              <Button variant="default" onClick={() => setDeleting(true)}>
                {t('segments.page.delete')}
              </Button>
            )}
          </header>
          <div className={styles.countLine}>
            <span className={styles.bigCount}>{number(found.data.count)}</span>
            <span className={styles.muted}>
              {t('segments.audience.made', { count: found.data.count, at: moment(found.data.created_at, zone), name: found.data.created_by.name ?? '' })}
              {found.data.channel && `, ${t(`segments.words.${found.data.channel}`)}`}
              {', '}
              <Link to="/segments/$id/snapshots/$n" params={{ id, n: String(found.data.snapshot) }}>
                {t('segments.snapshot.title', { n: found.data.snapshot })}
              </Link>
            </span>
          </div>
          <Below audience={found.data} zone={zone} />
          {deleting && <DeleteAudience audience={found.data} close={() => setDeleting(false)} />}
        </>
      )}
    </div>
  )
}

/** Below is what stands below the heading. It comes as a whole: facts that come later would move the people. */
function Below({ audience, zone }: { audience: Audience; zone: string }) {
  if (useFactsAwaited(audience)) return <Skeleton height={360} mt="sm" />
  return (
    <>
      <AudienceFacts audience={audience} zone={zone} />
      <People audience={audience} zone={zone} />
    </>
  )
}

/** How many values of the people there is room for on a phone. */
const narrowValues = 1

/** People are those of the audience whom the address asks for. */
function People({ audience, zone }: { audience: Audience; zone: string }) {
  const { t } = useTranslation()
  const view: AudienceView = useSearch({ from: '/signed-in/segments/$id/audiences/$audience' })
  const found = useInfiniteQuery(audiencePeople(audience.id, view))
  const more = useMore(found)
  const rows = useMemo(() => (found.data?.pages ?? []).flatMap((page) => page.people), [found.data])
  const named = !audience.fields || audience.fields.includes('name')
  const names = useQuery(namesOf(named ? [] : rows.slice(0, 1_000).map(({ id }) => id)))
  const narrow = useNarrow()
  const rowed = !view.held && !view.left
  const columns = useMemo(() => {
    const chosen = audience.fields?.filter((field) => field !== 'name' && field !== 'id') ?? usualColumns
    return [...(rowed ? ['row'] : []), ...(rowed && audience.split ? ['group'] : []), ...(narrow ? chosen.slice(0, narrowValues) : chosen)]
  }, [audience, rowed, narrow])
  const count = found.data?.pages[0]?.count
  const hidden = Object.values(found.data?.pages[0]?.held ?? {}).reduce((sum, n) => sum + n, 0)
  return (
    <section aria-label={t('segments.audience.people')}>
      <div className={styles.bar}>
        <Choice audience={audience} view={view} />
        <Copies
          name={audience.campaign}
          ask={(accept) => askFor(audience.id, view, {}, accept) as Promise<{ data?: Blob }>}
          curl={() => `${curlOf(addressOf(audience.id, view))} \\\n  -H 'Accept: application/x-ndjson'`}
        />
      </div>
      <p role="status">
        {count !== undefined && rowsShown(t, rows.length, count)}
        {hidden > 0 && ` ${t('segments.audience.hidden', { count: hidden, number: number(hidden) })}`}
      </p>
      <FoundPeople
        found={found}
        none={t('segments.page.none')}
        id="audience-people"
        label={t('segments.audience.people')}
        rows={rows}
        total={count === undefined ? -1 : count - hidden}
        columns={columns}
        names={names.data}
        more={more}
        zone={zone}
      />
    </section>
  )
}

/** Choice is which people are shown. */
function Choice({ audience, view }: { audience: Audience; view: AudienceView }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const option = (shown: AudienceView, label: string) => ({ value: JSON.stringify(shown), label })
  const word = (reason: string) => t(`segments.pull.reasons.${reason as 'blocked'}`)
  const groups = Object.keys(audience.groups).map((group) => option({ group }, group === 'hold_out' ? t('segments.pull.holdOut') : t('segments.audience.inGroup', { group })))
  const held = heldReasons.filter((reason) => (audience.held_back[reason] ?? 0) > 0 || view.held === reason)
  const left = view.left ? [option({ left: view.left }, t('segments.audience.nowOut', { reason: word(view.left) }))] : []
  const all = [
    option({}, t('segments.audience.allRows')),
    ...groups,
    ...held.map((reason) => option({ held: reason }, t('segments.audience.wasHeld', { reason: word(reason) }))),
    ...left,
  ]
  return (
    <NativeSelect
      aria-label={t('segments.audience.which')}
      value={JSON.stringify(view.held ? { held: view.held } : view.left ? { left: view.left } : view.group ? { group: view.group } : {})}
      data={all}
      onChange={(event) =>
        void navigate({
          to: '/segments/$id/audiences/$audience',
          params: { id: audience.segment_id, audience: audience.id },
          search: JSON.parse(event.currentTarget.value) as AudienceView,
          replace: true,
        })
      }
    />
  )
}
