import { VisuallyHidden } from '@mantine/core'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useEffect, useRef, type KeyboardEvent, type MouseEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { usePreferences } from '@/lib/preferences'
import { useNarrow } from '@/lib/use-width'
import { leastOf, shareOf } from './shares'
import styles from './list.module.css'

/** Column is a field that a grid shows of each record beside its name. */
export interface Column {
  field: string
  label: string
  /** Numbers stand at the right. */
  numeric?: boolean
}

/** Selecting is how rows are selected, for grids whose rows can be. */
interface Selecting<T> {
  has: (row: T) => boolean
  nameOf: (row: T) => string
  toggle: (at: number) => void
  /** Selects from the row that was selected last to this one. */
  extend: (to: number) => void
}

interface GridProps<T> {
  /** The id of the element, with which those of its rows begin. */
  id: string
  label: string
  rows: readonly T[]
  nameLabel: string
  /** The columns, the name and the cells stay the same functions while what they show does: then rows are not drawn again. */
  columns: readonly Column[]
  name: (row: T) => ReactNode
  cell: (row: T, field: string) => ReactNode
  /** The number of all that are found; -1 when it is not exact. */
  total: number
  active: number
  activate: (at: number) => void
  open: (at: number, newTab: boolean) => void
  /** The rows are of an earlier question: a newer answer is awaited. */
  old: boolean
  more: () => void
  selecting?: Selecting<T>
}

/** rowID names the element of a row, for aria-activedescendant. */
export const rowID = (grid: string, at: number) => `${grid}-${at}`

/** How many rows before the end the next page is asked for. */
const ahead = 40

/** The heights of the heading and of rows in pixels. On a phone a row has two lines, and the heading is only heard. */
const heights = { comfortable: 36, compact: 28, narrow: 56, narrowCompact: 48 }

/** The share of the width that the name has, and its least width in pixels: why a person is found stands beside it. */
const nameShare = 2
const leastName = 270

/** The width of the boxes that select rows, in pixels. */
const checkWidth = 36

/** RecordGrid shows the rows that are in sight, of as many as are loaded. */
export function RecordGrid<T>(props: GridProps<T>) {
  const { id, rows, columns, total, active, activate, open, old, more, selecting } = props
  const { t } = useTranslation()
  const { density } = usePreferences()
  const frame = useRef<HTMLDivElement>(null)
  const narrow = useNarrow()
  const height = narrow ? (density === 'compact' ? heights.narrowCompact : heights.narrow) : heights[density]
  const headHeight = narrow ? 0 : heights.comfortable
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => frame.current,
    estimateSize: () => height,
    overscan: 12,
    paddingStart: headHeight,
  })
  const seen = virtual.getVirtualItems()
  const last = seen.at(-1)?.index ?? 0
  // The active row stays in the page, for what says its name aloud.
  const kept = seen.some((item) => item.index === active) || active < 0 || active >= rows.length ? [] : [active]

  useEffect(() => virtual.measure(), [height, headHeight, virtual])
  useEffect(() => {
    if (last >= rows.length - ahead) more()
  }, [last, rows.length, more])
  useEffect(() => {
    if (active >= 0) virtual.scrollToIndex(active, { align: 'auto' })
  }, [active, virtual])

  // The keys of the list itself: in a box, letters are text.
  const answer = (event: KeyboardEvent<HTMLDivElement>) => {
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 }[event.key] ?? 0
    if (event.ctrlKey || event.metaKey || event.altKey ? event.key !== 'Enter' : false) return
    if (step !== 0) {
      const next = Math.max(0, Math.min(rows.length - 1, active + step))
      activate(next)
      if (event.shiftKey) selecting?.extend(next)
    } else if (selecting && (event.key === 'x' || event.key === ' ')) selecting.toggle(active)
    else if (event.key === 'Enter') open(active, event.ctrlKey || event.metaKey)
    else return
    event.preventDefault()
  }

  // Rows are drawn again when they change, and not with each answer of the page: what they call stays the same.
  // A phone shows nothing of the active row but its mark, and has no Enter: a tap opens it.
  const tap = narrow ? (at: number) => open(at, false) : activate
  const latest = useRef({ tap, open, selecting })
  latest.current = { tap, open, selecting }
  const acts = useRef<Acts>({
    tap: (at) => latest.current.tap(at),
    open: (at) => latest.current.open(at, false),
    toggle: (at) => latest.current.selecting?.toggle(at),
    extend: (at) => latest.current.selecting?.extend(at),
  })

  const widths = columns.map(({ field }) => `minmax(${leastOf(field)}px, ${shareOf(field)}fr)`)
  const template = `${selecting ? `${checkWidth}px ` : ''}minmax(${leastName}px, ${nameShare}fr) ${widths.join(' ')}`
  const least = columns.reduce((sum, { field }) => sum + leastOf(field), leastName) + (selecting ? checkWidth : 0)
  return (
    <div
      ref={frame}
      id={id}
      role="grid"
      aria-label={props.label}
      aria-rowcount={total < 0 ? -1 : total + 1}
      aria-colcount={columns.length + (selecting ? 2 : 1)}
      aria-busy={old}
      tabIndex={0}
      className={styles.grid}
      data-old={old}
      {...(selecting && { 'aria-multiselectable': true })}
      aria-activedescendant={active < 0 ? undefined : rowID(id, active)}
      onKeyDown={answer}
      style={{ '--columns': template, '--width': `${least}px`, '--row': `${height}px` } as React.CSSProperties}
    >
      <Head nameLabel={props.nameLabel} columns={columns} selecting={selecting !== undefined} />
      <div role="rowgroup" className={styles.body} style={{ height: virtual.getTotalSize() - headHeight }}>
        {[...kept.map((index) => ({ index, start: headHeight + index * height })), ...seen].map(({ index, start }) => {
          const row = rows[index]
          return row === undefined ? null : (
            <Row
              key={index}
              id={rowID(id, index)}
              row={row}
              index={index}
              start={start - headHeight}
              columns={columns}
              name={props.name as RowProps['name']}
              cell={props.cell as RowProps['cell']}
              active={index === active}
              {...(selecting && { selected: selecting.has(row), label: t('list.selectOne', { name: selecting.nameOf(row) }) })}
              acts={acts.current}
            />
          )
        })}
      </div>
    </div>
  )
}

function Head({ nameLabel, columns, selecting }: { nameLabel: string; columns: readonly Column[]; selecting: boolean }) {
  const { t } = useTranslation()
  return (
    <div role="rowgroup">
      <div role="row" aria-rowindex={1} className={styles.head}>
        {selecting && (
          <div role="columnheader" className={styles.check}>
            <VisuallyHidden>{t('list.select')}</VisuallyHidden>
          </div>
        )}
        <div role="columnheader" className={`${styles.cell} ${styles.name}`}>
          {nameLabel}
        </div>
        {columns.map(({ field, label, numeric }) => (
          <div key={field} role="columnheader" className={numeric ? `${styles.cell} ${styles.number}` : styles.cell}>
            {label}
          </div>
        ))}
      </div>
    </div>
  )
}

/** Acts are what rows call; they are the same ones for as long as the grid is there. */
interface Acts {
  tap: (at: number) => void
  open: (at: number) => void
  toggle: (at: number) => void
  extend: (to: number) => void
}

interface RowProps {
  id: string
  row: unknown
  index: number
  start: number
  columns: readonly Column[]
  name: (row: unknown) => ReactNode
  cell: (row: unknown, field: string) => ReactNode
  active: boolean
  /** Whether it is selected, and how that is called, in grids whose rows can be. */
  selected?: boolean
  label?: string
  acts: Acts
}

const Row = memo(function Row({ id, row, index, start, columns, name, cell, active, selected, label, acts }: RowProps) {
  const click = (event: MouseEvent) => {
    if ((event.target as HTMLElement).closest('a, input')) return
    acts.tap(index)
    if (event.shiftKey) acts.extend(index)
  }
  const clickName = (event: MouseEvent) => {
    const plain = event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey
    if (!plain || !(event.target as HTMLElement).closest('a')) return
    // As with Enter: the page that opens is to know the list, and Back this row.
    event.preventDefault()
    event.stopPropagation()
    acts.open(index)
  }
  return (
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      {...(selected !== undefined && { 'aria-selected': selected })}
      data-active={active}
      className={styles.row}
      style={{ transform: `translateY(${start}px)` }}
      onClick={click}
      onClickCapture={clickName}
      onDoubleClick={() => acts.open(index)}
    >
      {selected !== undefined && (
        <div role="gridcell" className={styles.check}>
          <input type="checkbox" tabIndex={-1} aria-label={label} checked={selected} onChange={() => acts.toggle(index)} />
        </div>
      )}
      <div role="rowheader" className={`${styles.cell} ${styles.name}`}>
        {name(row)}
      </div>
      {columns.map(({ field, label, numeric }) => (
        <div
          key={field}
          role="gridcell"
          className={numeric ? `${styles.cell} ${styles.number}` : styles.cell}
          dir="auto"
          {...(numeric && { 'data-label': label })}
        >
          {cell(row, field)}
        </div>
      ))}
    </div>
  )
})
