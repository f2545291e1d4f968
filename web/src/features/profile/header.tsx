import { ActionIcon, Badge, Button, Group, Text, Title, Tooltip } from '@mantine/core'
import { IconArrowMerge, IconBan, IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { nameOf } from '@/components/undo-merge'
import { arrive } from '@/lib/arrival'
import type { Contact } from '@/lib/edits/contact'
import { useMay } from '@/lib/may'
import { ago, initials } from '@/lib/text'
import { MoreMenu } from './more-menu'
import styles from './profile.module.css'

interface HeaderProps {
  record: Contact
  block: () => void
  /** Asks whom to merge with. */
  merge: () => void
  /** Opens the one before or after in the list; undefined when there is none. */
  previous: (() => void) | undefined
  next: (() => void) | undefined
  inList: boolean
}

/** Header names the contact, and has what can be done with all of it. */
export function Header({ record, block, merge, previous, next, inList }: HeaderProps) {
  const { t } = useTranslation()
  const may = useMay()
  // The page has its heading when the person is there: later than the router knows.
  useEffect(arrive, [])
  const step = (label: string, key: string, go: (() => void) | undefined, Icon: typeof IconChevronLeft) => (
    <Tooltip label={`${label} (${key})`}>
      <ActionIcon variant="default" aria-label={label} disabled={!go} onClick={go}>
        <Icon size={16} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
  return (
    <header className={styles.header}>
      <span className={styles.avatar} aria-hidden>
        {initials(record.name ?? '') || '?'}
      </span>
      <div className={styles.who}>
        <Title order={1} dir="auto" className={styles.name}>
          {nameOf(record)}
        </Title>
        <Group gap="sm">
          <Badge size="sm" variant="default" tt="none">
            {t(`values.types.${record.type}`)}
          </Badge>
          <Text size="xs" c="dimmed" dir="auto">
            {[...(record.company?.name ? [record.company.name] : []), ...(record.last_seen_at ? [`${t('fields.last_seen_at')}: ${ago(record.last_seen_at)}`] : [])].join(' · ')}
          </Text>
        </Group>
      </div>
      <Group gap="sm" wrap="nowrap">
        {may('mergeAndBlock') && (
          <Button size="xs" variant="default" leftSection={<IconArrowMerge size={14} aria-hidden />} onClick={merge}>
            {t('profile.mergeWith.open')}
          </Button>
        )}
        {may('mergeAndBlock') && !record.blocked && (
          <Button size="xs" variant="default" leftSection={<IconBan size={14} aria-hidden />} onClick={block}>
            {t('profile.blocked.block')}
          </Button>
        )}
        <MoreMenu record={record} />
        {inList && step(t('profile.previous'), '[', previous, IconChevronLeft)}
        {inList && step(t('profile.next'), ']', next, IconChevronRight)}
      </Group>
    </header>
  )
}
