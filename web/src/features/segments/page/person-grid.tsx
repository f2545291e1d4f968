import { Badge } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import { useCallback, useMemo, useState, type CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { RecordGrid } from '@/components/list/record-grid'
import { useFieldLabels } from '@/lib/field-label'
import { neighbourhood } from '@/lib/neighbours'
import { useShown } from '@/lib/shown'
import { ago, moment } from '@/lib/text'
import type { Contact } from '../queries'
import { groupName } from './audience'
import type { Names } from './names'
import { valueIn } from './person-value'
import styles from './segment.module.css'

/** Person is a contact as the lists of segments answer it: with the fields that were asked for, and the row of an audience. */
export type Person = Partial<Contact> & { id: string; row?: number; group?: string; blocked?: boolean }

export interface GridProps {
  id: string
  label: string
  rows: readonly Person[]
  /** How many there are; -1 when that is not known. */
  total: number
  columns: readonly string[]
  /** What those are called whose name is not among the fields, by their ids. */
  names?: Names | undefined
  more: () => void
  zone: string
}

/** PersonGrid lists people, with a link to each. */
export function PersonGrid({ id, label, rows, total, columns, names, more, zone }: GridProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const labelOf = useFieldLabels()
  const show = useShown()
  const [active, setActive] = useState(0)
  const open = (at: number, newTab: boolean) => {
    const person = rows[at]?.id
    if (!person) return
    if (newTab) window.open(`/contacts/${person}`, '_blank', 'noopener')
    else void navigate({ to: '/contacts/$id', params: { id: person }, state: { neighbours: neighbourhood(rows.map((row) => row.id), at) } })
  }
  const headings = useMemo(() => {
    const own: Record<string, string> = { row: t('segments.audience.row'), group: t('segments.audience.group') }
    return columns.map((field) => ({ field, label: own[field] ?? labelOf(field), numeric: field === 'row' }))
  }, [columns, labelOf, t])
  return (
    <div className={styles.members} style={{ '--rows': rows.length } as CSSProperties}>
      <RecordGrid
        id={id}
        label={label}
        rows={rows}
        nameLabel={labelOf('name')}
        columns={headings}
        name={useCallback((row: Person) => <Name person={row} name={names?.get(row.id)?.name} />, [names])}
        cell={useCallback((row: Person, field: string) => <Cell person={row} field={field} zone={zone} show={show} />, [zone, show])}
        total={total}
        active={Math.min(active, rows.length - 1)}
        activate={setActive}
        open={open}
        old={false}
        more={more}
      />
    </div>
  )
}

function Name({ person, name }: { person: Person; name: string | undefined }) {
  const { t } = useTranslation()
  const own = person.name ?? name ?? [person.first_name, person.last_name].filter(Boolean).join(' ')
  return (
    <>
      <Link to="/contacts/$id" params={{ id: person.id }} tabIndex={-1} dir="auto">
        {own || (person.email ?? person.phone ?? person.identifier ?? t('segments.panel.unnamed'))}
      </Link>
      {person.blocked && (
        <Badge size="xs" color="red">
          {t('segments.fields.blocked')}
        </Badge>
      )}
    </>
  )
}

function Cell({ person, field, zone, show }: { person: Person; field: string; zone: string; show: ReturnType<typeof useShown> }) {
  const value = valueIn(person, field)
  if (value === undefined || value === null) return null
  if (field === 'group') return <Group name={String(value)} />
  if (typeof value !== 'string' || !field.endsWith('_at')) return show(field, value)
  return (
    <time dateTime={value} aria-label={moment(value, zone)}>
      {ago(value)}
    </time>
  )
}

function Group({ name }: { name: string }) {
  const { t } = useTranslation()
  return groupName(t, name)
}
