import { Anchor, Button } from '@mantine/core'
import {
  IconArrowMerge, IconArrowsSplit, IconBan, IconCircleCheck, IconMailCheck, IconMessage, IconMessages, IconNote, IconPencil,
  IconUserPlus, IconUsersMinus, IconUsersPlus, type Icon,
} from '@tabler/icons-react'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChangeList } from '@/components/change-list'
import { Markdown } from '@/components/markdown'
import { nameOf, undoMerge } from '@/components/undo-merge'
import { useMay } from '@/lib/may'
import { useZone, type Channel } from '@/lib/shown'
import { ago, moment } from '@/lib/text'
import { deeper } from '@/lib/way-back'
import { changesToShow } from './changes'
import { useLabels } from './fields'
import styles from './timeline.module.css'
import { contact, type TimelineEntry } from './queries'
import type { Person } from './use-record'

const icons: Record<TimelineEntry['kind'], Icon> = {
  created: IconUserPlus,
  changed: IconPencil,
  note: IconNote,
  conversation: IconMessages,
  message: IconMessage,
  merged: IconArrowMerge,
  unmerged: IconArrowsSplit,
  blocked: IconBan,
  unblocked: IconCircleCheck,
  consent: IconMailCheck,
  segment_entered: IconUsersPlus,
  segment_left: IconUsersMinus,
  campaign_event: IconMailCheck,
}

/** How many letters of a message are shown before somebody asks for the rest. */
const firstLetters = 400

/** Entry is one thing that happened. */
export function Entry({ entry, person }: { entry: TimelineEntry; person: Person }) {
  const zone = useZone()
  const Mark = icons[entry.kind]
  const who = useAuthor(entry)
  return (
    <li className={styles.entry} data-kind={entry.kind}>
      <span className={styles.icon} data-kind={entry.kind}>
        <Mark size={16} aria-hidden />
      </span>
      <div>
        <div className={styles.head}>
          <span className={styles.what}>{useTitle(entry)}</span>
          {who && (
            <span className={styles.who} dir="auto">
              {who}
            </span>
          )}
          <time className={styles.when} dateTime={entry.at} title={ago(entry.at)}>
            {moment(entry.at, zone)}
          </time>
        </div>
        <div className={styles.body}>
          <Body entry={entry} person={person} />
        </div>
      </div>
    </li>
  )
}

function useTitle(entry: TimelineEntry): string {
  const { t } = useTranslation()
  switch (entry.kind) {
    case 'message':
      return t(`profile.timeline.${entry.message?.direction ?? 'inbound'}`)
    case 'conversation':
      return t('profile.timeline.conversation', { channel: t(`channels.${(entry.conversation?.channel ?? 'api') as Channel}`) })
    case 'campaign_event':
      return t(`profile.timeline.reported.${entry.campaign_event?.kind ?? 'delivered'}`, { campaign: entry.campaign_event?.campaign ?? '' })
    case 'consent':
      return t('profile.timeline.consent', { channel: t(`channels.${(entry.consent?.channel ?? 'api') as Channel}`) })
    default:
      return t(`profile.timeline.${entry.kind}`)
  }
}

function useAuthor({ author }: TimelineEntry): string {
  const { t } = useTranslation()
  if (author.source === 'contact') return t('profile.timeline.contact')
  const source = author.source === '' ? '' : t(`sources.${author.source}`)
  return [source, author.name].filter(Boolean).join(' · ')
}

function Body({ entry, person }: { entry: TimelineEntry; person: Person }) {
  const label = useLabels()
  const { note, message, conversation, merge, segment, consent } = entry
  if (note) return <Markdown text={note.text} />
  if (message) return <MessageText text={message.text ?? ''} conversation={message.conversation_id} />
  if (conversation) return <OpenConversation id={conversation.id} text={conversation.subject ?? ''} />
  if (segment) return <SegmentLink segment={segment} />
  return (
    <>
      {merge?.contact_id && entry.kind === 'merged' && <MergeUndo other={merge.contact_id} at={entry.at} person={person} />}
      {consent?.proof && <span dir="auto">{consent.proof} </span>}
      <ChangeList entity="contact" label={label} changes={changesToShow(entry.changes ?? [])} />
    </>
  )
}

function MessageText({ text, conversation }: { text: string; conversation: string }) {
  const { t } = useTranslation()
  const [whole, setWhole] = useState(false)
  const letters = Array.from(text)
  const cut = !whole && letters.length > firstLetters
  return (
    <>
      <p className={styles.text} dir="auto">
        {cut ? `${letters.slice(0, firstLetters).join('')}…` : text}
      </p>
      {cut && (
        <Button size="compact-xs" variant="subtle" onClick={() => setWhole(true)}>
          {t('profile.timeline.whole')}
        </Button>
      )}
      <OpenConversation id={conversation} text="" />
    </>
  )
}

function OpenConversation({ id, text }: { id: string; text: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const search = useSearch({ strict: false })
  return (
    <Anchor
      component="button"
      type="button"
      size="xs"
      dir="auto"
      onClick={() => void navigate({ to: '.', search: { ...search, tab: 'conversations', conversation: id } as never, state: deeper })}
    >
      {text || t('profile.timeline.open')}
    </Anchor>
  )
}

/** SegmentLink leads to a segment that was entered or left. One that was deleted since has no name. */
function SegmentLink({ segment: { segment_id: id, name, cause } }: { segment: NonNullable<TimelineEntry['segment']> }) {
  const { t } = useTranslation()
  return (
    <>
      {name ? (
        <Anchor size="sm" dir="auto" component={Link} to={`/segments/${id}`}>
          {name}
        </Anchor>
      ) : (
        <code>{id}</code>
      )}{' '}
      ({t(`profile.segments.causes.${cause}`)})
    </>
  )
}

/**
 * MergeUndo says who was merged in, and takes the merge back for as long as that is possible. Who was made a person of
 * their own again has a link.
 */
function MergeUndo({ other, at, person }: { other: string; at: string; person: Person }) {
  const { t } = useTranslation()
  const may = useMay()
  const queries = useQueryClient()
  const [pending, setPending] = useState(false)
  const { record } = person.view
  const absorbed = record?.absorbed?.find((one) => one.id === other)
  const apart = useQuery({ ...contact(other), enabled: record !== undefined && !absorbed }).data?.record
  // A merge that was undone, and made again later, is not the one to undo.
  const merge = absorbed?.merged_at === at ? absorbed.merge_id : undefined
  return (
    <div>
      {apart && !absorbed ? (
        <Anchor size="sm" dir="auto" component={Link} to={`/contacts/${other}`}>
          {nameOf(apart)}
        </Anchor>
      ) : (
        <span dir="auto">{nameOf(absorbed ?? { id: other })}</span>
      )}{' '}
      {merge && may('mergeAndBlock') && (
        <Button
          size="compact-xs"
          variant="default"
          loading={pending}
          onClick={() => {
            setPending(true)
            void undoMerge(queries, { kind: 'contact', id: merge, survivor: person.id }).finally(() => setPending(false))
          }}
        >
          {t('profile.timeline.undo')}
        </Button>
      )}
    </div>
  )
}
