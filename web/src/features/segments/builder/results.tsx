import { Button, Checkbox, NativeSelect, Skeleton, Tabs, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { memo, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { isProblem } from '@/lib/api/client'
import { locale, number } from '@/lib/text'
import { details, type Preview } from '../queries'
import { panels, type Panel } from '../views'
import styles from './builder.module.css'
import { channels } from './catalog'
import { useBoard } from './store'
import type { Counted } from './use-live'
import { wordOf } from './words'

interface Props {
  counted: Counted
  panel: Panel
  show: (panel: Panel) => void
}

/** Results says who the filter chooses. */
export const Results = memo(function Results({ counted, panel, show }: Props) {
  const { t } = useTranslation()
  return (
    <>
      <Tabs value={panel} onChange={(next) => show((next as Panel | null) ?? 'people')} keepMounted={false}>
        <Tabs.List>
          {panels.map((name) => (
            <Tabs.Tab key={name} value={name} px={8}>
              {t(`segments.panels.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="people" pt="sm">
          <People counted={counted} />
        </Tabs.Panel>
        <Tabs.Panel value="values" pt="sm">
          <Values counted={counted} />
        </Tabs.Panel>
        <Tabs.Panel value="reach" pt="sm">
          <Reach data={counted.data} />
        </Tabs.Panel>
        <Tabs.Panel value="overlap" pt="sm">
          <Overlap counted={counted} />
        </Tabs.Panel>
      </Tabs>
    </>
  )
})

/** Count is the number itself, what it leaves aside, and how it differs from what is saved. */
export function Count({ counted, saved }: { counted: Counted; saved: boolean }) {
  const { t } = useTranslation()
  const { data, old, error, total, sent } = counted
  const said = data && !old ? t('segments.count.people', { count: data.count, number: number(data.count) }) : ''
  const calm = useAfter(counted.quiet ? said : '', 1_000)
  const faulty = isProblem(error) && error.status === 422 && counted.faults.length > 0
  return (
    <div className={styles.countBox}>
      <div className={styles.countLine}>
        {error ? (
          <span className={styles.noCount}>{t(faulty ? 'segments.count.faulty' : 'segments.count.failed')}</span>
        ) : data ? (
          <span className={styles.bigCount} data-testid="live-count" data-old={old}>
            {number(data.count)}
          </span>
        ) : (
          <Skeleton width={120} height={40} />
        )}
        {data && !error && (
          <span className={styles.muted}>
            {total ? t('segments.count.share', { percent: percent(data.count, total) }) : t('segments.count.unit', { count: data.count })}
          </span>
        )}
      </div>
      {data?.difference && saved && !error && (
        <p className={styles.note}>
          <Difference {...data.difference} />
        </p>
      )}
      {sent.unfinished.length > 0 && (
        <p className={styles.lack}>{t('segments.count.without', { count: sent.unfinished.length, number: number(sent.unfinished.length) })}</p>
      )}
      {error !== undefined && !faulty && <Failure cause={error} retry={counted.again} />}
      <VisuallyHidden role="status">{calm}</VisuallyHidden>
    </div>
  )
}

/** Difference says who would enter and leave. */
export function Difference({ entered, left }: { entered: number; left: number }) {
  const { t } = useTranslation()
  if (entered === 0 && left === 0) return t('segments.count.noDifference')
  return t('segments.count.difference', { entered: number(entered), left: number(left) })
}

/** percent is a part of all. Some are never 0 %, and nearly all are never 100 %. */
export function percent(count: number, total: number): string {
  const part = count / total
  const { format } = new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: part < 0.1 ? 1 : 0 })
  if (part > 0 && part < 0.001) return `< ${format(0.001)}`
  return part > 0.99 && part < 1 ? `> ${format(0.99)}` : format(part)
}

/** useAfter is a text once it has stayed the same for a time, so that it is read out once. */
function useAfter(text: string, delay: number): string {
  const [calm, setCalm] = useState('')
  useEffect(() => {
    const timer = setTimeout(() => setCalm(text), delay)
    return () => clearTimeout(timer)
  }, [text, delay])
  return calm
}

/** useDetails asks for more than the count, once nothing changes any more. */
function useDetails({ asked, quiet, error }: Counted, facets: string[], overlap: string[]) {
  const [filter, setFilter] = useState(asked)
  if (quiet && !error && filter !== asked) setFilter(asked)
  const found = useQuery(details(filter, facets, overlap))
  return { ...found, old: filter !== asked || found.isPlaceholderData }
}

function People({ counted }: { counted: Counted }) {
  const { t } = useTranslation()
  const found = useDetails(counted, [], [])
  if (counted.error) return <Stale />
  if (found.isError) return <Failure cause={found.error} retry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={300} />
  if (found.data.sample.length === 0) return <p className={styles.muted}>{t('segments.count.nobody')}</p>
  return (
    <ul className={styles.people} data-old={found.old} aria-label={t('segments.panels.people')}>
      {found.data.sample.map((contact) => (
        <li key={contact.id}>
          <Link to="/contacts/$id" params={{ id: contact.id }} className={styles.cut} dir="auto" target="_blank">
            {contact.name ?? contact.email ?? contact.phone ?? contact.identifier ?? t('segments.panel.unnamed')}
          </Link>
          <span className={styles.cut} dir="auto">
            {contact.name === undefined ? '' : (contact.email ?? contact.phone ?? '')}
          </span>
        </li>
      ))}
    </ul>
  )
}

function Stale() {
  const { t } = useTranslation()
  return <p className={styles.muted}>{t('segments.count.mend')}</p>
}

/** Kinds of fields whose values many people share. */
const counted = new Set(['choice', 'country', 'many', 'checkbox', 'checkbox3'])

function Values({ counted: live }: { counted: Counted }) {
  const { t } = useTranslation()
  const { catalog } = useBoard()
  const [field, setField] = useState('country')
  const found = useDetails(live, [field], [])
  const fields = [...catalog.contact.values()].filter(({ kind, key }) => (counted.has(kind) || key === 'city' || key === 'company.name') && key !== 'identities')
  const facet = found.data?.facets[field]
  const shown = catalog.contact.get(field)
  if (live.error) return <Stale />
  return (
    <>
      <NativeSelect
        size="xs"
        label={t('segments.panel.field')}
        value={field}
        data={fields.map(({ key, label }) => ({ value: key, label }))}
        onChange={(event) => setField(event.currentTarget.value)}
      />
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {!facet && !found.isError && <Skeleton height={200} mt="sm" />}
      {facet && (
        <Bars
          old={found.old}
          rows={[
            ...(facet.values ?? []).slice(0, 15).map(({ value, count }) => ({ key: String(value), label: wordOf(t, shown, value), count })),
            ...(facet.other > 0 ? [{ key: '/other', label: t('segments.panel.other'), count: facet.other }] : []),
            ...(facet.missing > 0 ? [{ key: '/none', label: t('segments.panel.none'), count: facet.missing }] : []),
          ]}
          of={found.data?.count ?? 0}
        />
      )}
    </>
  )
}

/** Bars are some numbers, each with its part of a whole. */
function Bars({ rows, of, old }: { rows: { key: string; label: string; count: number }[]; of: number; old: boolean }) {
  return (
    <ul className={styles.bars} data-old={old}>
      {rows.map(({ key, label, count }) => (
        <li key={key}>
          <span className={styles.cut} dir="auto">
            {label}
          </span>
          <span className={styles.count}>{number(count)}</span>
          <span className={styles.bar} aria-hidden>
            <span style={{ width: `${of > 0 ? Math.min(100, (count / of) * 100) : 0}%` }} />
          </span>
        </li>
      ))}
    </ul>
  )
}

function Reach({ data }: { data: Preview | undefined }) {
  const { t } = useTranslation()
  if (!data) return <Stale />
  const reached = channels.filter((channel) => (data.reach?.[channel] ?? 0) > 0)
  if (reached.length === 0) return <p className={styles.muted}>{t('segments.panel.noReach')}</p>
  const rows = reached.map((channel) => ({ key: channel, label: t(`segments.words.${channel}` as 'segments.words.email'), count: data.reach?.[channel] ?? 0 }))
  return (
    <>
      <p className={styles.note}>{t('segments.panel.reach')}</p>
      <Bars rows={rows.sort((a, b) => b.count - a.count)} of={data.count} old={false} />
    </>
  )
}

/** The server compares with this many segments at once. */
const mostOverlaps = 20

function Overlap({ counted: live }: { counted: Counted }) {
  const { t } = useTranslation()
  const { segments, segmentID } = useBoard()
  const others = segments.filter(({ id }) => id !== segmentID)
  const [chosen, setChosen] = useState<string[]>(() => others.slice(0, 5).map(({ id }) => id))
  const [all, setAll] = useState(false)
  const found = useDetails(live, [], chosen)
  const counts = new Map((found.data?.overlap ?? []).map(({ segment_id, count }) => [segment_id, count]))
  if (live.error) return <Stale />
  if (others.length === 0) return <p className={styles.muted}>{t('segments.panel.noOthers')}</p>
  const toggle = (id: string) => setChosen(chosen.includes(id) ? chosen.filter((one) => one !== id) : [...chosen, id])
  return (
    <>
      <p className={styles.note}>{t('segments.panel.overlap')}</p>
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      <ul className={styles.people} data-old={found.old}>
        {(all ? others : others.slice(0, 10)).map(({ id, name }) => (
          <li key={id}>
            <Checkbox
              size="xs"
              checked={chosen.includes(id)}
              disabled={!chosen.includes(id) && chosen.length >= mostOverlaps}
              onChange={() => toggle(id)}
              label={<span dir="auto">{name}</span>}
            />
            <span className={styles.count}>{chosen.includes(id) && counts.has(id) ? number(counts.get(id)!) : ''}</span>
          </li>
        ))}
      </ul>
      {!all && others.length > 10 && (
        <Button size="compact-sm" variant="subtle" onClick={() => setAll(true)}>
          {t('segments.panel.more')}
        </Button>
      )}
    </>
  )
}
