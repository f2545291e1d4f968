import { Button } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { locale, number } from '@/lib/text'
import { count } from '../queries'
import styles from './builder.module.css'
import type { Entity, Field } from './catalog'
import type { RuleNode } from './model'
import { controlOf, isNegative } from './operators'
import { spanOf, type Span } from './period'
import { useBoard, useFault, useLive } from './store'

interface Props {
  row: RuleNode
  field: Field | undefined
  entity: Entity
  leaveOut: () => void
}

/** RowNotes is what stands under a row: what is wrong or missing, what a period means now, who has no value. */
export function RowNotes({ row, field, entity, leaveOut }: Props) {
  const { t } = useTranslation()
  const { zone } = useBoard()
  const fault = useFault(row.id)
  const lack = useLive((live) => live.lacks.get(row.id))
  const span = field && spanOf(row.operator, row.value, zone)
  const negative = field !== undefined && entity === 'contact' && isNegative(row.operator) && mayMiss(field)
  return (
    <>
      {fault && (
        <p className={styles.fault} id={`fault-${row.id}`}>
          <IconAlertTriangle size={14} aria-hidden /> {fault}
        </p>
      )}
      {!field && row.field !== '' && <p className={styles.fault}>{t('segments.builder.deletedField', { field: row.field, value: JSON.stringify(row.value) ?? '' })}</p>}
      {lack && !fault && <p className={styles.lack}>{t(`segments.lacks.${lack}`)}</p>}
      {span && !lack && (
        <p className={styles.note}>
          {t(row.operator.startsWith('not_') ? 'segments.builder.outside' : 'segments.builder.inside', {
            from: edge(span, span.from, zone.zone), to: edge(span, span.to, zone.zone), zone: zone.zone,
          })}
        </p>
      )}
      {negative && !lack && <HaveNone row={row} field={field} leaveOut={leaveOut} />}
    </>
  )
}

/** Fields in which everybody has a value. */
const always = new Set(['id', 'type', 'created_at', 'updated_at'])
function mayMiss(field: Field): boolean {
  if (always.has(field.key) || field.section === 'consent') return false
  return !['checkbox', 'segment', 'bucket', 'related'].includes(field.kind) && !field.key.endsWith('conversations_count')
}

function HaveNone({ row, field, leaveOut }: { row: RuleNode; field: Field; leaveOut: () => void }) {
  const { t } = useTranslation()
  const quiet = useLive((live) => live.quiet)
  const none = useQuery({ ...count({ combinator: 'and', rules: [{ field: row.field, operator: 'not_exists' }] }), enabled: quiet })
  return (
    <p className={styles.note}>
      {t('segments.builder.orNone', { field: field.label })}{' '}
      {none.data !== undefined && none.data > 0 && (
        <Button size="compact-xs" variant="subtle" onClick={leaveOut}>
          {t('segments.builder.leaveOut', { count: none.data, number: number(none.data) })}
        </Button>
      )}
    </p>
  )
}

function edge(span: Span, moment: Date, zone: string): string {
  const style: Intl.DateTimeFormatOptions = span.hours
    ? { dateStyle: 'medium', timeStyle: 'short', timeZone: zone }
    : { dateStyle: 'medium', timeZone: 'UTC' }
  return new Intl.DateTimeFormat(locale(), style).format(moment)
}

/** hasControl says whether a row has a value to go to. */
export function hasControl(row: RuleNode, field: Field | undefined): boolean {
  return field !== undefined && controlOf(field.kind, row.operator) !== 'none'
}
