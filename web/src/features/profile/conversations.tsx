import { Button, NativeSelect, Skeleton, Stack, Text, UnstyledButton } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Suspense, useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { later } from '@/lib/fetched'
import { channels } from '@/lib/shown'
import { ago } from '@/lib/text'
import { ConversationStatus } from './conversation-status'
import styles from './conversations.module.css'
import { conversations, type Conversation } from './queries'
import type { Person } from './use-record'
import type { Change, View } from './view'

// Fetched with the first conversation that is opened.
const Messages = later(async () => (await import('./messages')).Messages)

/** Conversations are those of a contact, by channel; one of them with its messages. */
export function Conversations({ person, view, change }: { person: Person; view: View; change: Change }) {
  const { conversation: open, ...rest } = view
  // Whoever comes back to the list stands where they left it.
  const left = useRef<string>(undefined)
  if (open) left.current = open
  if (open) {
    return (
      <Suspense fallback={<Skeleton height={240} />}>
        <Messages id={open} contact={person.view.record} back={() => change(rest)} leave={() => change(rest, true)} />
      </Suspense>
    )
  }
  return <List person={person} view={view} change={change} left={left.current} />
}

interface ListProps {
  person: Person
  view: View
  change: (view: View) => void
  /** The conversation from which somebody comes back. */
  left: string | undefined
}

function List({ person, view, change, left }: ListProps) {
  const { t } = useTranslation()
  const read = useInfiniteQuery(conversations(person.id, view.channel))
  const list = (read.data?.pages ?? []).flatMap((page) => page.conversations)
  const pick = (channel: string) => {
    const { channel: _, ...others } = view
    change(channel === '' ? others : { ...others, channel })
  }
  return (
    <Stack gap="md">
      <NativeSelect
        size="xs"
        maw={220}
        aria-label={t('profile.conversations.channel')}
        value={view.channel ?? ''}
        data={[
          { value: '', label: t('profile.conversations.all') },
          ...channels.map((channel) => ({ value: channel, label: t(`channels.${channel}`) })),
        ]}
        onChange={(event) => pick(event.currentTarget.value)}
      />
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && Array.from({ length: 4 }, (_, i) => <Skeleton key={i} height={56} />)}
      {read.isSuccess && list.length === 0 && (
        <Text c="dimmed">{t(view.channel ? 'profile.conversations.emptyChannel' : 'profile.conversations.empty')}</Text>
      )}
      <ul className={styles.list}>
        {list.map((one) => (
          <li key={one.id}>
            <Row one={one} left={one.id === left} open={() => change({ ...view, conversation: one.id })} />
          </li>
        ))}
      </ul>
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.more')}
        </Button>
      )}
    </Stack>
  )
}

function Row({ one, left, open }: { one: Conversation; left: boolean; open: () => void }) {
  const { t } = useTranslation()
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => {
    if (left) button.current?.focus()
  }, [left])
  return (
    <UnstyledButton ref={button} className={styles.row} onClick={open}>
      <span className={styles.subject} dir="auto">
        {one.subject ?? t('profile.conversations.none')}
      </span>
      <ConversationStatus one={one} />
      <span className={styles.meta}>
        {[
          t(`channels.${one.channel}`),
          t('profile.conversations.messages', { count: one.messages_count }),
          ...(one.last_message_at ? [t('profile.conversations.last', { ago: ago(one.last_message_at) })] : []),
          ...(one.assignee ? [t('profile.conversations.assignee', { name: one.assignee })] : []),
        ].join(' · ')}
      </span>
    </UnstyledButton>
  )
}
