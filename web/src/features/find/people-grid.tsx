import { Link } from '@tanstack/react-router'
import { useCallback, useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { RecordGrid } from '@/components/list/record-grid'
import { useFieldLabels } from '@/lib/field-label'
import { gridID } from '@/lib/finder'
import { useShown } from '@/lib/shown'
import { ago, initials } from '@/lib/text'
import styles from './find.module.css'
import { valueOf, type Hit } from './queries'
import { addressOf, of, pieces, wayOf, type Highlight } from './reasons'
import type { Action, Selection } from './selection'

interface GridProps {
  hits: Hit[]
  columns: string[]
  /** The number of all that are found; -1 when it is not exact. */
  total: number
  active: number
  activate: (row: number) => void
  open: (row: number, newTab: boolean) => void
  /** The rows are of an earlier question: a newer answer is awaited. */
  old: boolean
  more: () => void
  selection: Selection
  select: (action: Action) => void
}

/** PeopleGrid shows the people that are found, each with the reason why. */
export function PeopleGrid({ hits, columns, selection, select, ...rest }: GridProps) {
  const { t } = useTranslation()
  const labelOf = useFieldLabels()
  const show = useShown()
  return (
    <RecordGrid
      {...rest}
      id={gridID}
      label={t('find.people')}
      rows={hits}
      nameLabel={labelOf('name')}
      columns={useMemo(() => columns.map((field) => ({ field, label: labelOf(field), numeric: numbers.has(field) })), [columns, labelOf])}
      name={useCallback((hit: Hit) => <Name hit={hit} columns={columns} />, [columns])}
      cell={useCallback((hit: Hit, field: string) => <Cell hit={hit} field={field} show={show} />, [show])}
      selecting={{
        has: (hit) => selection.all || selection.ids.has(hit.contact.id),
        nameOf: (hit) => hit.contact.name ?? t('find.unnamed'),
        toggle: (row) => {
          const hit = hits[row]
          if (hit) select({ do: 'toggle', row, id: hit.contact.id })
        },
        extend: (row) => select({ do: 'extend', row, ids: hits.map((hit) => hit.contact.id) }),
      }}
    />
  )
}

const numbers = new Set(['conversations_count', 'open_conversations'])

/** Marked is a text with what was looked for marked in it. */
function Marked({ highlight, text }: { highlight: Highlight | undefined; text: string }): ReactNode {
  if (!highlight) return text
  return pieces(text, highlight.ranges).map((piece, i) => (piece.marked ? <mark key={i}>{piece.text}</mark> : piece.text))
}

function Name({ hit, columns }: { hit: Hit; columns: string[] }) {
  const { t } = useTranslation()
  const { contact } = hit
  const name = contact.name ?? ''
  const way = wayOf(hit)
  const address = addressOf(hit)
  // Without its column, the address that matches stands here: a reader could not see why the person is found.
  const needed = address?.column === 'identifier' || !of(hit, 'name') // an e-mail repeats the name
  const unseen = address && needed && !columns.includes(address.column) ? address : undefined
  return (
    <>
      <span className={styles.avatar} aria-hidden>
        {initials(name) || '?'}
      </span>
      <Link to="/contacts/$id" params={{ id: contact.id }} tabIndex={-1} dir="auto" title={name}>
        {name ? <Marked highlight={of(hit, 'name')} text={name} /> : t('find.unnamed')}
      </Link>
      {unseen ? (
        <span className={styles.why} dir="auto">
          <Marked highlight={unseen.highlight} text={unseen.value} />
        </span>
      ) : way && (
        <span className={styles.why}>
          {way.way === 'former' ? t('find.former', { value: way.value ?? '' }) : t(`find.way.${way.way}`)}
        </span>
      )}
    </>
  )
}

/** Cell is the value of a field as a list shows it. */
function Cell({ hit, field, show }: { hit: Hit; field: string; show: ReturnType<typeof useShown> }): ReactNode {
  const address = addressOf(hit, field)
  if (address?.column === field) return <Marked highlight={address.highlight} text={address.value} />
  const value = valueOf(hit.contact, field)
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && field.endsWith('_at')) return <time dateTime={value}>{ago(value)}</time>
  const highlight = of(hit, field === 'company' ? 'company.name' : field)
  if (!highlight) return show(field, value)
  return <Marked highlight={highlight} text={Array.isArray(value) ? value.join(', ') : String(value)} />
}
