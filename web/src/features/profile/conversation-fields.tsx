import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { ConflictDialog } from '@/components/fields/conflict-dialog'
import { controlOf, type Control } from '@/components/fields/control'
import type { Editable } from '@/components/fields/editable'
import { FieldRow } from '@/components/fields/field-row'
import { Tags } from '@/components/fields/tags'
import { attributes } from '@/lib/attributes'
import type { Conversation } from '@/lib/edits/conversation-queue'
import { missing } from '@/lib/edits/same'
import { useMay } from '@/lib/may'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import styles from './conversations.module.css'

const hour = 3_600_000

/** How long a conversation may sleep, in milliseconds. */
const naps = { hour, day: 24 * hour, week: 7 * 24 * hour }

const priorities = ['low', 'medium', 'high', 'urgent'] as const

/** What nobody sets by hand: moments of its messages and of its status. */
const told = ['created_at', 'first_reply_at', 'last_reply_at', 'resolved_at'] as const

interface FieldsProps {
  editable: Editable
  record: Conversation
}

/** ConversationFields are who answers a conversation, how urgent it is and where it stands, to be changed in place. */
export function ConversationFields({ editable, record }: FieldsProps) {
  const { t } = useTranslation()
  const may = useMay()
  const writable = may('writeConversations')
  const defined = useQuery(attributes('conversation')).data ?? []
  const controls = useControls(record)
  const labelOf = (field: string) =>
    defined.find((one) => `attributes.${one.key}` === field)?.label ?? t(`profile.conversations.fields.${field as 'status'}`)
  return (
    <div className={styles.fields}>
      {controls.map(({ field, control }) => (
        <FieldRow key={field} record={editable} field={field} label={labelOf(field)} control={writable ? control : undefined}>
          {field === 'labels' && <Tags values={record.labels} />}
        </FieldRow>
      ))}
      {defined.map((one) => (
        <FieldRow
          key={one.key}
          record={editable}
          field={`attributes.${one.key}`}
          label={one.label}
          control={writable ? controlOf(one, t('values.yes'), t('values.no')) : undefined}
        />
      ))}
      {told
        .filter((field) => !missing(record[field]))
        .map((field) => (
          <FieldRow key={field} record={editable} field={field} label={labelOf(field)} control={undefined} />
        ))}
      <ConflictDialog record={editable} label={labelOf} />
    </div>
  )
}

/** useControls are the fields that are changed by hand, with how. A conversation that is done cannot be put to sleep. */
function useControls(record: Conversation): { field: string; control: Control }[] {
  const { t, i18n } = useTranslation()
  const zone = useZone()
  return useMemo(() => {
    const option = (options: { value: string; label: string }[], clearable: boolean): Control => ({ kind: 'option', options, clearable })
    const until = Object.entries(naps).map(([nap, ms]) => {
      const at = new Date(Date.now() + ms).toISOString()
      return { value: at, label: `${t(`profile.conversations.naps.${nap as keyof typeof naps}`)} (${moment(at, zone)})` }
    })
    return [
      { field: 'subject', control: { kind: 'text' } },
      {
        field: 'status',
        control: option((['open', 'pending', 'resolved'] as const).map((value) => ({ value, label: t(`profile.conversations.status.${value}`) })), false),
      },
      ...(record.status === 'resolved' ? [] : [{ field: 'snoozed_until', control: option(until, false) }]),
      { field: 'assignee', control: { kind: 'text' } },
      { field: 'team', control: { kind: 'text' } },
      { field: 'priority', control: option(priorities.map((value) => ({ value, label: t(`profile.conversations.priority.${value}`) })), true) },
      { field: 'labels', control: { kind: 'labels' } },
      { field: 'satisfaction', control: { kind: 'number' } },
    ]
  }, [t, i18n.language, zone, record.status])
}
