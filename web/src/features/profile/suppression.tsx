import { Button, Group, Text } from '@mantine/core'
import { useQueries } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { SourceBadge } from '@/components/source-badge'
import { api } from '@/lib/api/client'
import type { Contact } from '@/lib/edits/contact'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import type { Channel } from '@/lib/shown'
import { suppressed } from './queries'
import type { Person } from './use-record'

const byPhone: readonly Channel[] = ['sms', 'voice', 'whatsapp']

/** addressesOf are those by which a contact is written to on a channel. */
export function addressesOf(record: Contact, channel: Channel): string[] {
  const accounts = record.identities.filter((one) => one.channel === channel).map((one) => one.source_id)
  if (channel === 'email') return record.emails.map((one) => one.value)
  return byPhone.includes(channel) ? [...record.phones.map((one) => one.value), ...accounts] : accounts
}

/**
 * suspects are the addresses on a channel that may be suppressed. Of one that is the only one and works, the contact says
 * so itself: nothing has to be asked.
 */
export function suspects(record: Contact, channel: Channel): string[] {
  const addresses = addressesOf(record, channel)
  return addresses.length > 1 || !record.reachable.includes(channel) ? addresses : []
}

/** Suppressions say to which addresses of a channel nothing is sent, and why. */
export function Suppressions({ person, record, channel }: { person: Person; record: Contact; channel: Channel }) {
  const addresses = suspects(record, channel)
  const answers = useQueries({ queries: addresses.map((value) => suppressed(person.id, channel, value)) })
  return answers.map(({ data }, i) =>
    data?.suppressions.map((one) => <Row key={`${addresses[i]} ${one.reason}`} value={addresses[i]!} channel={channel} one={one} person={person} />),
  )
}

interface RowProps {
  value: string
  channel: Channel
  one: { reason: 'bounce' | 'complaint' | 'unsubscribe' | 'manual'; at: string; author: Parameters<typeof SourceBadge>[0]['origin'] }
  person: Person
}

function Row({ value, channel, one, person }: RowProps) {
  const { t } = useTranslation()
  const may = useMay()
  const lift = useWrite(
    (_: null, key) => api.DELETE('/v1/suppressions', { params: { query: { channel, value }, header: { 'Idempotency-Key': key } } }),
    () => person.refresh(),
  )
  return (
    <>
      <Group justify="space-between" wrap="nowrap" gap={4}>
        <Text size="xs" c="var(--k-danger)" dir="auto" style={{ overflowWrap: 'anywhere' }}>
          {t(`profile.suppressed.${one.reason}`, { value })}
        </Text>
        <Group gap={4} wrap="nowrap">
          <SourceBadge origin={{ ...one.author, at: one.at }} about={value} />
          {may('liftSuppressions') && (
            <Button
              size="compact-xs"
              variant="default"
              aria-label={t('profile.suppressed.liftOf', { value })}
              loading={lift.pending}
              onClick={() => void lift.send(null)}
            >
              {t('profile.suppressed.lift')}
            </Button>
          )}
        </Group>
      </Group>
      {lift.problem && <Failure cause={lift.problem} />}
    </>
  )
}
