import { Button, Chip, Group, Skeleton, Stack, Text } from '@mantine/core'
import '@mantine/core/styles/Chip.layer.css'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Entry } from './entry'
import styles from './timeline.module.css'
import { timeline } from './queries'
import type { Person } from './use-record'
import { kindGroups, kindsOf, type KindGroup, type View } from './view'

const groups = Object.keys(kindGroups) as KindGroup[]

/** Timeline is what happened to a contact and with it, the newest first. */
export function Timeline({ person, view, change }: { person: Person; view: View; change: (view: View) => void }) {
  const { t } = useTranslation()
  const read = useInfiniteQuery(timeline(person.id, kindsOf(view.kinds)))
  const entries = (read.data?.pages ?? []).flatMap((page) => page.entries)
  const picked = view.kinds ?? []
  const pick = (next: KindGroup[]) => {
    const { kinds: _, ...others } = view
    change(next.length > 0 ? { ...others, kinds: next } : others)
  }
  return (
    <Stack gap="md">
      <Group gap={6} role="group" aria-label={t('profile.timeline.kinds')}>
        <Chip size="xs" checked={picked.length === 0} onChange={() => pick([])}>
          {t('profile.timeline.all')}
        </Chip>
        {groups.map((group) => (
          <Chip
            key={group}
            size="xs"
            checked={picked.includes(group)}
            onChange={(on) => pick(on ? [...picked, group] : picked.filter((one) => one !== group))}
          >
            {t(`profile.timeline.groups.${group}`)}
          </Chip>
        ))}
      </Group>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && Array.from({ length: 6 }, (_, i) => <Skeleton key={i} height={56} />)}
      {read.isSuccess && entries.length === 0 && !read.hasNextPage && (
        <Text c="dimmed">{t(picked.length > 0 ? 'profile.timeline.emptyKinds' : 'profile.timeline.empty')}</Text>
      )}
      <ol className={styles.list} data-old={read.isPlaceholderData}>
        {entries.map((entry) => (
          <Entry key={keyOf(entry)} entry={entry} person={person} />
        ))}
      </ol>
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.more')}
        </Button>
      )}
    </Stack>
  )
}

/** keyOf tells entries apart: one change may be of several kinds, and be of two contacts that were merged. */
function keyOf(entry: Parameters<typeof Entry>[0]['entry']): string {
  const noun = entry.message?.id ?? entry.note?.id ?? entry.conversation?.id ?? entry.segment?.segment_id ?? ''
  return [entry.kind, entry.seq, entry.contact_id, noun, entry.at].join(' ')
}
