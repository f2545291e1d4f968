import { Anchor, Badge, Button, Group, Skeleton, Text } from '@mantine/core'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import { Card } from './card'
import styles from './profile.module.css'
import { explanation, memberships, type Explanation, type Membership } from './queries'
import type { Person } from './use-record'

/** SegmentsCard lists the segments that a contact is in; each says why. */
export function SegmentsCard({ person }: { person: Person }) {
  const { t } = useTranslation()
  const read = useQuery(memberships(person.id))
  return (
    <Card title={t('profile.segments.title')}>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && <Skeleton height={60} />}
      {read.data?.segments.length === 0 && <Text c="dimmed">{t('profile.segments.none')}</Text>}
      <ul className={styles.plain}>
        {read.data?.segments.map((one) => (
          <Segment key={one.id} one={one} person={person} />
        ))}
      </ul>
    </Card>
  )
}

function Segment({ one, person }: { one: Membership; person: Person }) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const panel = useId()
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Anchor component={Link} to={`/segments/${one.id}`} size="sm" dir="auto" style={{ overflowWrap: 'anywhere' }}>
          {one.name}
        </Anchor>
        {one.archived && <Badge size="xs" variant="default">{t('profile.segments.archived')}</Badge>}
        <Button
          size="compact-xs"
          variant="subtle"
          aria-label={t('profile.segments.whyOf', { name: one.name })}
          aria-expanded={open}
          aria-controls={panel}
          onClick={() => setOpen(!open)}
        >
          {t('profile.segments.why')}
        </Button>
      </Group>
      <div id={panel}>{open && <Why segment={one} person={person} />}</div>
    </li>
  )
}

/** Why says what of the filter holds for the contact, rule by rule. */
function Why({ segment, person }: { segment: Membership; person: Person }) {
  const { t } = useTranslation()
  const read = useQuery(explanation(segment.id, person.id))
  if (read.isError) return <Failure cause={read.error} retry={() => void read.refetch()} />
  if (!read.data) return <Skeleton height={48} />
  const { rules, pinned, excluded, member, history } = read.data
  return (
    <div className={styles.why}>
      {!member && <Text size="sm">{t('profile.segments.no')}</Text>}
      {pinned && <Text size="sm">{t(segment.kind === 'static' ? 'profile.segments.static' : 'profile.segments.pinned')}</Text>}
      {excluded && <Text size="sm">{t('profile.segments.excluded')}</Text>}
      <ul className={styles.plain}>
        {rules.map((rule) => (
          <li key={rule.location} style={{ paddingInlineStart: 12 * depthOf(rule.location) }}>
            <Group gap={6} wrap="nowrap" align="start">
              {rule.matches ? (
                <IconCheck size={14} className={styles.yes} aria-label={t('profile.segments.passes')} />
              ) : (
                <IconX size={14} className={styles.no} aria-label={t('profile.segments.fails')} />
              )}
              <div>
                <Text size="sm" dir="auto">
                  {rule.reading}
                </Text>
                {!rule.matches && rule.value !== undefined && (
                  <Text size="xs" c="dimmed" dir="auto">
                    {t('profile.segments.has', { value: textOf(rule.value) })}
                  </Text>
                )}
              </div>
            </Group>
          </li>
        ))}
      </ul>
      <Crossings list={history} />
    </div>
  )
}

/** The most entries and leaves that stand at once. */
const mostCrossings = 5

/** Crossings say when a contact entered a segment and left it, the newest first. */
function Crossings({ list }: { list: Explanation['history'] }) {
  const { t } = useTranslation()
  const zone = useZone()
  const [all, setAll] = useState(false)
  if (list.length === 0) return null
  return (
    <>
      <ul className={styles.plain} aria-label={t('profile.segments.history')}>
        {list.slice(0, all ? undefined : mostCrossings).map(({ event, at, cause }) => (
          <li key={`${event} ${at}`}>
            <Text size="xs" c="dimmed">
              {t(`profile.segments.${event}`, { at: moment(at, zone), cause: t(`profile.segments.causes.${cause}`) })}
            </Text>
          </li>
        ))}
      </ul>
      {!all && list.length > mostCrossings && (
        <Button size="compact-xs" variant="subtle" onClick={() => setAll(true)}>
          {t('profile.more')}
        </Button>
      )}
    </>
  )
}

/** textOf is a value of an explanation: it names no field to show it by. */
function textOf(value: unknown): string {
  return Array.isArray(value) ? value.map(String).join(', ') : String(value)
}

/** depthOf is how many groups lie around a rule, by its place: `filter.rules[1].rules[0]` lies in one. */
function depthOf(location: string): number {
  return Math.min(6, Math.max(0, location.split('.rules[').length - 2))
}
