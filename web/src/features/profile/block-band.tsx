import { Button, Group, Text } from '@mantine/core'
import { IconBan } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Contact } from '@/lib/edits/contact'
import { useMay } from '@/lib/may'
import { useZone, type Channel } from '@/lib/shown'
import { moment } from '@/lib/text'
import styles from './profile.module.css'
import { quarantine } from './queries'
import type { Person } from './use-record'

/** BlockBand says that a contact is blocked: why, by whom, for how long, and what was kept aside. */
export function BlockBand({ person, record }: { person: Person; record: Contact }) {
  const { t } = useTranslation()
  const may = useMay()
  const zone = useZone()
  const held = useQuery(quarantine(person.id)).data?.quarantine ?? []
  const unblock = useUnblock(person)
  const { reason, until, at, author } = record.block ?? {}
  return (
    <section className={styles.band} aria-label={t('profile.blocked.title')}>
      <IconBan size={16} aria-hidden />
      <div style={{ flex: 1, minWidth: 0 }}>
        <Text size="sm">
          <strong>{t('profile.blocked.title')}</strong> {until ? t('profile.blocked.until', { time: moment(until, zone) }) : t('profile.blocked.forever')}
          {author && at && ` · ${t('profile.blocked.by', { name: author.name, time: moment(at, zone) })}`}
        </Text>
        <Text size="sm" dir="auto">
          {reason ?? t('profile.blocked.noReason')}
        </Text>
        {held.length > 0 && (
          <details>
            <summary>{t('profile.blocked.held', { count: held.length })}</summary>
            <ul className={styles.plain}>
              {held.map((one) => (
                <li key={one.id}>
                  <Text size="xs">
                    {t(`channels.${one.channel as Channel}`)} · {moment(one.at, zone)}
                  </Text>
                  <Text size="sm" dir="auto" style={{ whiteSpace: 'pre-line', overflowWrap: 'anywhere' }}>
                    {one.text}
                  </Text>
                  {may('mergeAndBlock') && <Release id={one.id} person={person} label={t('profile.blocked.releaseOf', { time: moment(one.at, zone) })} />}
                </li>
              ))}
            </ul>
          </details>
        )}
        {unblock.problem && <Failure cause={unblock.problem} retry={() => void unblock.send(null)} />}
      </div>
      {may('mergeAndBlock') && (
        <Button size="xs" variant="default" loading={unblock.pending} onClick={() => void unblock.send(null)}>
          {t('profile.blocked.unblock')}
        </Button>
      )}
    </section>
  )
}

function useUnblock(person: Person) {
  return useWrite(
    (_: null, key) =>
      data(api.DELETE('/v1/contacts/{id}/block', { params: { path: { id: person.id }, header: { 'Idempotency-Key': key } } })),
    () => person.refresh(),
  )
}

function Release({ id, person, label }: { id: string; person: Person; label: string }) {
  const { t } = useTranslation()
  const release = useWrite(
    (_: null, key) =>
      data(api.POST('/v1/quarantine/{id}/release', { params: { path: { id }, header: { 'Idempotency-Key': key } } })),
    () => person.refresh(),
  )
  return (
    <Group gap={4}>
      <Button size="compact-xs" variant="default" aria-label={label} loading={release.pending} onClick={() => void release.send(null)}>
        {t('profile.blocked.release')}
      </Button>
      {release.problem && <Failure cause={release.problem} />}
    </Group>
  )
}
