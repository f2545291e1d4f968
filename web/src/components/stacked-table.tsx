import { Table } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './stacked-table.module.css'

interface Props {
  label: string
  /** The width below which the table scrolls, in pixels. On a phone it does not scroll. */
  least: number
  /** Columns keep their width, whatever comes into them. */
  fixed?: boolean
  children: ReactNode
}

/**
 * StackedTable is a table that is read without scrolling sideways on a phone: there each row is a block, and `data-label` of
 * a cell is written beside its value.
 */
export function StackedTable({ label, least, fixed = false, children }: Props) {
  return (
    <div className={styles.table}>
      <Table.ScrollContainer minWidth={least} scrollAreaProps={{ offsetScrollbars: 'present' }}>
        <Table aria-label={label} layout={fixed ? 'fixed' : 'auto'} horizontalSpacing="md">
          {children}
        </Table>
      </Table.ScrollContainer>
    </div>
  )
}
