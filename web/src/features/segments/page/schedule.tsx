import { Button, NativeSelect, Skeleton, Stack, TextInput, Title } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { useMeanwhile } from '@/components/meanwhile'
import { Restored } from '@/components/restored'
import { isProblem } from '@/lib/api/client'
import { locale, moment, number } from '@/lib/text'
import { useDraft } from '@/lib/use-draft'
import type { Segment } from '../queries'
import { cronOf, presetOf, presets, type Preset } from './cron'
import { runs, upcoming, type Upcoming } from './queries'
import styles from './segment.module.css'
import { useChange } from './use-change'

/** How long after a letter the server is asked when it would run, in milliseconds. */
const typingDelay = 400

/** ScheduleTab says when snapshots are taken by themselves, and what came of it. */
export function ScheduleTab({ segment, zone, mayWrite }: { segment: Segment; zone: string; mayWrite: boolean }) {
  const { t } = useTranslation()
  const next = segment.schedule?.next_run_at
  return (
    <Stack>
      <p className={styles.reading}>
        {!segment.schedule
          ? t('segments.schedule.off')
          : next
            ? t(new Date(next) > new Date() ? 'segments.schedule.next' : 'segments.schedule.dueNow', { at: moment(next, segment.schedule.time_zone), zone: segment.schedule.time_zone })
            : t('segments.schedule.rests')}
      </p>
      {mayWrite && <ScheduleForm segment={segment} zone={zone} />}
      <Title order={2}>{t('segments.schedule.runs')}</Title>
      <Runs segment={segment} zone={segment.schedule?.time_zone ?? zone} />
    </Stack>
  )
}

/** A schedule as it is typed. */
interface Form {
  preset: Preset
  time: string
  own: string
  where: string
  jitter: string
}

function formOf({ schedule }: Segment, zone: string): Form {
  return { ...presetOf(schedule?.cron), own: schedule?.cron ?? '', where: schedule?.time_zone ?? zone, jitter: schedule?.jitter ?? '' }
}

function ScheduleForm({ segment, zone }: { segment: Segment; zone: string }) {
  const { t } = useTranslation()
  const draft = useDraft<Form>(`schedule-${segment.id}`, formOf(segment, zone))
  const { value, typed, put } = draft
  const { preset, time, own, where, jitter } = value
  const meanwhile = useMeanwhile(draft)
  const change = useChange(segment)
  const cron = preset === 'own' ? own.trim() : cronOf(preset, time)
  const zones = useMemo(() => Intl.supportedValuesOf('timeZone'), [])
  const [asked] = useDebouncedValue(cron, typingDelay)
  const [askedZone] = useDebouncedValue(where.trim(), typingDelay)
  const coming = useQuery(upcoming(asked, askedZone))
  const old = coming.isPlaceholderData || asked !== cron || askedZone !== where.trim()
  const at = (place: string) => [coming.error, change.problem].find(isProblem)?.at(place)
  const save = async () => {
    const schedule = preset === 'none' ? null : { cron, time_zone: where, jitter: jitter || null }
    if (await change.send({ since: segment.version, schedule })) draft.saved(typed)
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <Restored draft={draft} />
      <div className={styles.fields}>
        <NativeSelect
          label={t('segments.schedule.when')}
          value={preset}
          data={presets.map((one) => ({ value: one, label: t(`segments.schedule.presets.${one}`) }))}
          onChange={(event) => {
            const next = event.currentTarget.value as Preset
            put({ preset: next, ...(next === 'own' && preset !== 'none' && { own: cron }) })
          }}
        />
        {['daily', 'weekdays', 'weekly', 'monthly'].includes(preset) && (
          <TextInput type="time" label={t('segments.schedule.time')} value={time} onChange={(event) => put({ time: event.currentTarget.value || '06:00' })} />
        )}
        {preset === 'own' && (
          <TextInput
            label={t('segments.schedule.cron')}
            description={t('segments.schedule.cronHelp')}
            inputWrapperOrder={['label', 'input', 'description', 'error']}
            required
            spellCheck={false}
            error={at('schedule.cron') ?? meanwhile('own')}
            value={own}
            onChange={(event) => put({ own: event.currentTarget.value })}
          />
        )}
        {preset !== 'none' && (
          <>
            <TextInput
              label={t('segments.schedule.zone')}
              list="time-zones"
              required
              error={at('schedule.time_zone') ?? meanwhile('where')}
              value={where}
              onChange={(event) => put({ where: event.currentTarget.value })}
            />
            <datalist id="time-zones">
              {zones.map((one) => (
                <option key={one} value={one} />
              ))}
            </datalist>
            <NativeSelect
              label={t('segments.schedule.jitter')}
              error={at('schedule.jitter') ?? meanwhile('jitter')}
              value={jitter}
              data={[
                { value: '', label: t('segments.schedule.noJitter') },
                ...[...new Set(['PT5M', 'PT15M', 'PT30M', 'PT1H', ...(jitter ? [jitter] : [])])].map((one) => ({
                  value: one,
                  label: t(`segments.schedule.jitters.${one}` as 'segments.schedule.jitters.PT5M', { defaultValue: one }),
                })),
              ]}
              onChange={(event) => put({ jitter: event.currentTarget.value })}
            />
          </>
        )}
        <Button type="submit" loading={change.pending} disabled={preset !== 'none' && !cron}>
          {t('app.save')}
        </Button>
      </div>
      {preset !== 'none' && <Coming found={coming} zone={askedZone} old={old} />}
      {change.problem && <Failure cause={change.problem} atFields={/^schedule\.(cron|time_zone|jitter)$/} />}
    </form>
  )
}

/** How many runs the server foretells. */
const foretold = 5

/**
 * Coming is when the schedule would run, as it is typed. What is wrong with it stands at its fields. Until the first answer
 * there are as many empty lines, so that nothing below moves.
 */
function Coming({ found, zone, old }: { found: UseQueryResult<Upcoming>; zone: string; old: boolean }) {
  const { t } = useTranslation()
  const { data, error, isError, isPending, isEnabled, refetch } = found
  if (isProblem(error) && error.status === 422) return null
  if (isError) return <Failure cause={error} retry={() => void refetch()} />
  if (isPending && !isEnabled) return null
  if (data?.next.length === 0) return <p className={styles.muted}>{t('segments.schedule.never')}</p>
  return (
    <div className={styles.coming} data-old={old}>
      <p className={styles.muted}>{t('segments.schedule.coming', { zone: data?.time_zone ?? zone })}</p>
      <ul className={styles.who} aria-hidden={isPending}>
        {data
          ? data.next.map((run) => <li key={run}>{inWords(new Date(run), data.time_zone)}</li>)
          : Array.from({ length: foretold }, (_, at) => (
              <li key={at}>
                <Skeleton maw={260}>{'\u00a0'}</Skeleton>
              </li>
            ))}
      </ul>
    </div>
  )
}

/** inWords is a moment with its day of the week. */
function inWords(run: Date, zone: string): string {
  return new Intl.DateTimeFormat(locale(), {
    weekday: 'long', day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', timeZone: zone,
  }).format(run)
}

function Runs({ segment, zone }: { segment: Segment; zone: string }) {
  const { t } = useTranslation()
  const found = useQuery(runs(segment.id))
  if (found.isError) return <Failure cause={found.error} retry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={120} />
  if (found.data.length === 0) return segment.schedule ? <p className={styles.muted}>{t('segments.schedule.noRun')}</p> : null
  return (
    <div className={styles.scroll} tabIndex={0} role="region" aria-label={t('segments.schedule.runs')}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">{t('segments.schedule.due')}</th>
            <th scope="col">{t('segments.schedule.outcome')}</th>
            <th scope="col" className={styles.right}>{t('segments.panels.people')}</th>
            <th scope="col" className={styles.right}>{t('segments.page.entered')}</th>
            <th scope="col" className={styles.right}>{t('segments.page.left')}</th>
            <th scope="col" className={styles.right}>{t('segments.schedule.took')}</th>
          </tr>
        </thead>
        <tbody>
          {found.data.map((run) => (
            <tr key={`${run.scheduled_for} ${run.attempt}`} className={styles.row}>
              <td>{moment(run.scheduled_for, zone)}</td>
              <td className={run.outcome === 'failed' ? styles.bad : undefined}>
                {t(`segments.schedule.outcomes.${run.outcome}`)}
                {run.error && `: ${run.error}`}
                {run.retry_at && ` ${t('segments.schedule.retry', { at: moment(run.retry_at, zone) })}`}
              </td>
              <td className={styles.right}>{run.count !== undefined && number(run.count)}</td>
              <td className={styles.right}>{run.outcome === 'succeeded' && run.entered !== undefined && number(run.entered)}</td>
              <td className={styles.right}>{run.outcome === 'succeeded' && run.left !== undefined && number(run.left)}</td>
              <td className={styles.right}>{t('segments.schedule.ms', { number: number(Math.round(run.took_ms)) })}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
