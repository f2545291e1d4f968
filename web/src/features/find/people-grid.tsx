import { Checkbox, VisuallyHidden } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { Link } from '@tanstack/react-router'
import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useFieldLabels } from '@/lib/field-label'
import { gridID } from '@/lib/finder'
import { usePreferences } from '@/lib/preferences'
import { ago, initials } from '@/lib/text'
import styles from './find.module.css'
import { valueOf, type Hit } from './queries'
import { of, pieces, wayOf } from './reasons'
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

/** rowID names the element of a row, for aria-activedescendant. */
export const rowID = (row: number) => `${gridID}-${row}`

/** How many rows before the end the next page is asked for. */
const ahead = 40

/** PeopleGrid shows the rows that are in sight, of as many as are loaded. */
export function PeopleGrid(props: GridProps) {
  const { hits, columns, total, active, activate, open, old, more, selection, select } = props
  const { t } = useTranslation()
  const { density } = usePreferences()
  const frame = useRef<HTMLDivElement>(null)
  const height = density === 'compact' ? 28 : 36
  const rows = useVirtualizer({
    count: hits.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 12,
    paddingStart: 36, // the heading
  })
  const seen = rows.getVirtualItems()
  const last = seen.at(-1)?.index ?? 0
  // The active row stays in the page, for what says its name aloud.
  const shown = seen.some((item) => item.index === active) || active < 0 || active >= hits.length ? [] : [active]

  useEffect(() => rows.measure(), [height, rows])
  useEffect(() => {
    if (last >= hits.length - ahead) more()
  }, [last, hits.length, more])
  useEffect(() => {
    if (active >= 0) rows.scrollToIndex(active, { align: 'auto' })
  }, [active, rows])

  const toggle = (row: number) => {
    const hit = hits[row]
    if (hit) select({ do: 'toggle', row, id: hit.contact.id })
  }
  const extend = (row: number) => select({ do: 'extend', row, ids: hits.map((hit) => hit.contact.id) })
  // The keys of the list itself: in the box, letters are text.
  const answer = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key] ?? 0
    if (event.ctrlKey || event.metaKey || event.altKey ? event.key !== 'Enter' : false) return
    if (step !== 0) {
      const next = Math.max(0, Math.min(hits.length - 1, active + step))
      activate(next)
      if (event.shiftKey) extend(next)
    } else if (event.key === 'x' || event.key === ' ') toggle(active)
    else if (event.key === 'Enter') open(active, event.ctrlKey || event.metaKey)
    else return
    event.preventDefault()
  }

  const template = `36px minmax(0, 2fr) repeat(${columns.length}, minmax(0, 1fr))`
  return (
    <div
      ref={frame}
      id={gridID}
      role="grid"
      aria-label={t('find.people')}
      aria-rowcount={total < 0 ? -1 : total + 1}
      aria-colcount={columns.length + 2}
      aria-busy={old}
      tabIndex={0}
      className={styles.grid}
      data-old={old}
      aria-multiselectable
      aria-activedescendant={active < 0 ? undefined : rowID(active)}
      onKeyDown={answer}
      style={{ '--columns': template, '--width': `${296 + 150 * columns.length}px` } as React.CSSProperties}
    >
      <div role="rowgroup">
        <div role="row" aria-rowindex={1} className={styles.head}>
          <div role="columnheader" className={styles.check}>
            <VisuallyHidden>{t('find.select')}</VisuallyHidden>
          </div>
          <ColumnHead field="name" first />
          {columns.map((field) => (
            <ColumnHead key={field} field={field} />
          ))}
        </div>
      </div>
      <div role="rowgroup" className={styles.body} style={{ height: rows.getTotalSize() - 36 }}>
        {[...shown.map((index) => ({ index, start: 36 + index * height })), ...seen].map(({ index, start }) => {
          const hit = hits[index]
          return (
            hit && (
              <div
                key={index}
                id={rowID(index)}
                role="row"
                aria-rowindex={index + 2}
                aria-selected={selection.all || selection.ids.has(hit.contact.id)}
                data-active={index === active}
                className={styles.row}
                style={{ transform: `translateY(${start - 36}px)` }}
                onClick={(event) => {
                  if ((event.target as HTMLElement).closest('a, input')) return
                  activate(index)
                  if (event.shiftKey) extend(index)
                }}
                onDoubleClick={() => open(index, false)}
              >
                <div role="gridcell" className={styles.check}>
                  <Checkbox
                    size="xs"
                    tabIndex={-1}
                    aria-label={t('find.selectOne', { name: hit.contact.name ?? t('find.unnamed') })}
                    checked={selection.all || selection.ids.has(hit.contact.id)}
                    onChange={() => toggle(index)}
                  />
                </div>
                <Name hit={hit} />
                {columns.map((field) => (
                  <div key={field} role="gridcell" className={styles.cell} dir="auto">
                    <Cell hit={hit} field={field} />
                  </div>
                ))}
              </div>
            )
          )
        })}
      </div>
    </div>
  )
}

function ColumnHead({ field, first }: { field: string; first?: boolean }) {
  return (
    <div role="columnheader" className={first ? `${styles.cell} ${styles.name}` : styles.cell}>
      {useFieldLabels()(field)}
    </div>
  )
}

/** Marked is the value of a field, with what was looked for marked in it. */
function Marked({ hit, field, text }: { hit: Hit; field: string; text: string }): ReactNode {
  const highlight = of(hit, field)
  if (!highlight) return text
  return pieces(text, highlight.ranges).map((piece, i) => (piece.marked ? <mark key={i}>{piece.text}</mark> : piece.text))
}

function Name({ hit }: { hit: Hit }) {
  const { t } = useTranslation()
  const { contact } = hit
  const name = contact.name ?? ''
  const way = wayOf(hit)
  return (
    <div role="rowheader" className={`${styles.cell} ${styles.name}`}>
      <span className={styles.avatar} aria-hidden>
        {initials(name) || '?'}
      </span>
      <Link to="/contacts/$id" params={{ id: contact.id }} tabIndex={-1} dir="auto" title={name}>
        {name ? <Marked hit={hit} field="name" text={name} /> : t('find.unnamed')}
      </Link>
      {way && (
        <span className={styles.why}>
          {way.way === 'former' ? t('find.former', { value: way.value ?? '' }) : t(`find.way.${way.way}`)}
        </span>
      )}
    </div>
  )
}

/** Cell is the value of a field as a list shows it. */
function Cell({ hit, field }: { hit: Hit; field: string }): ReactNode {
  const value = valueOf(hit.contact, field)
  if (value === undefined || value === null) return null
  if (typeof value === 'string' && field.endsWith('_at')) return <time dateTime={value}>{ago(value)}</time>
  const text = Array.isArray(value) ? value.join(', ') : String(value)
  return <Marked hit={hit} field={field === 'company' ? 'company.name' : field} text={text} />
}
