import { Anchor, Button, Group, Skeleton, Stack, Text, Title } from '@mantine/core'
import { IconArrowLeft, IconPaperclip } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { Contact } from '@/lib/edits/contact'
import { useZone } from '@/lib/shown'
import { moment, number } from '@/lib/text'
import { ConversationFields } from './conversation-fields'
import { ConversationStatus } from './conversation-status'
import { isOf } from './conversation-owner'
import styles from './conversations.module.css'
import { messages, type Message } from './queries'
import { useConversation } from './use-conversation'

interface MessagesProps {
  id: string
  /** Whose page this is. */
  contact: Contact | undefined
  /** Goes back to all conversations. */
  back: () => void
  /** Leaves a conversation that belongs to somebody else. */
  leave: () => void
}

/** Messages are those of one conversation, the oldest first. The newest are read first. */
export function Messages({ id, contact, back, leave }: MessagesProps) {
  const { t } = useTranslation()
  const { read: one, editable, record } = useConversation(id)
  const foreign = record !== undefined && contact !== undefined && !isOf(record, contact)
  useEffect(() => {
    if (foreign) leave()
  })
  const read = useInfiniteQuery(messages(id))
  const list = (read.data?.pages ?? []).flatMap((page) => page.messages).reverse()
  const head = useRef<HTMLHeadingElement>(null)
  useEffect(() => head.current?.focus(), [id])
  if (foreign) return null
  return (
    <Stack gap="md">
      <Group gap="sm">
        <Button size="xs" variant="default" leftSection={<IconArrowLeft size={14} aria-hidden />} onClick={back}>
          {t('profile.conversations.back')}
        </Button>
      </Group>
      <Group gap="sm">
        <Title order={2} ref={head} tabIndex={-1} dir="auto">
          {record?.subject ?? t('profile.conversations.none')}
        </Title>
        {record && <ConversationStatus one={record} />}
        {record && (
          <Text size="xs" c="dimmed">
            {t(`channels.${record.channel}`)}
          </Text>
        )}
      </Group>
      {record && <ConversationFields editable={editable} record={record} />}
      {one.isError && <Failure cause={one.error} retry={() => void one.refetch()} />}
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && Array.from({ length: 4 }, (_, i) => <Skeleton key={i} height={64} />)}
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.conversations.older')}
        </Button>
      )}
      <ol className={styles.messages}>
        {list.map((message) => (
          <MessageItem key={message.id} message={message} />
        ))}
      </ol>
    </Stack>
  )
}

function MessageItem({ message }: { message: Message }) {
  const { t } = useTranslation()
  const zone = useZone()
  const { author, direction } = message
  const who =
    author.kind === 'contact'
      ? t('profile.timeline.inbound')
      : [author.kind === 'system' || author.kind === 'rule' || author.kind === 'ai' ? t(`sources.${author.kind}`) : '', author.name ?? '']
          .filter(Boolean)
          .join(' · ') || t('profile.timeline.outbound')
  return (
    <li className={styles.message} data-direction={direction}>
      <div className={styles.meta} dir="auto">
        {who} · <time dateTime={message.at}>{moment(message.at, zone)}</time>
      </div>
      {message.text && (
        <p className={styles.text} dir="auto">
          {message.text}
        </p>
      )}
      {message.attachments.length > 0 && (
        <ul className={styles.files} aria-label={t('profile.conversations.attachments')}>
          {message.attachments.map((file, i) => (
            <li key={i}>
              <IconPaperclip size={12} aria-hidden />{' '}
              {/^https?:\/\//i.test(file.url) ? (
                <Anchor href={file.url} target="_blank" rel="noopener noreferrer" size="xs" dir="auto">
                  {file.name ?? file.url}
                </Anchor>
              ) : (
                <bdi>{file.name ?? file.url}</bdi>
              )}
              {file.bytes ? ` (${t('profile.conversations.bytes', { number: number(Math.ceil(file.bytes / 1000)) })})` : ''}
            </li>
          ))}
        </ul>
      )}
    </li>
  )
}
