import { Button, Skeleton, Stack, VisuallyHidden } from '@mantine/core'
import { IconFilter } from '@tabler/icons-react'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import styles from './list.module.css'

interface FrameProps {
  title: string
  facets: ReactNode
  /** How many are found, in words; what that is called, for those who hear it. */
  total: string
  totalLabel: string
  /** What stands before the total, and what is at the end of the bar. */
  start?: ReactNode
  chips: ReactNode
  tools: ReactNode
  selection?: ReactNode
  preview?: { label: string; content: ReactNode }
  /** Nothing is there that could be filtered or sorted: the page is its children. */
  bare?: boolean
  /** The rows, or what stands in their place. */
  children: ReactNode
}

/** ListFrame is the page of a list: facets at the left, a bar above, rows, and a preview where there is room for one. */
export function ListFrame({ title, facets, total, totalLabel, start, chips, tools, selection, preview, bare, children }: FrameProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  if (bare) {
    return (
      <>
        <VisuallyHidden>
          <h1>{title}</h1>
        </VisuallyHidden>
        {children}
      </>
    )
  }
  return (
    <div className={styles.page} data-preview={preview !== undefined}>
      <VisuallyHidden>
        <h1>{title}</h1>
      </VisuallyHidden>
      <aside className={styles.facets} aria-label={t('list.facets')} role="region" data-open={open}>
        {facets}
      </aside>
      <div className={styles.bar}>
        {start}
        <Button
          hiddenFrom="sm"
          size="xs"
          variant="default"
          leftSection={<IconFilter size={14} aria-hidden />}
          aria-expanded={open}
          onClick={() => setOpen(!open)}
        >
          {t('list.filters')}
        </Button>
        <span role="status" aria-label={totalLabel} className={styles.total}>
          {total}
        </span>
        {chips}
        <span className={styles.spacer} />
        {tools}
      </div>
      {selection && <div className={styles.selection}>{selection}</div>}
      <div className={styles.content}>{children}</div>
      {preview && (
        <aside className={styles.preview} aria-label={preview.label}>
          {preview.content}
        </aside>
      )}
    </div>
  )
}

/** FoundRows are the rows of a question: first their shapes, then they themselves, or why there are none. */
export function FoundRows({ cause, retry, pending, children }: { cause: unknown; retry: () => void; pending: boolean; children: ReactNode }) {
  if (cause) {
    return (
      <Stack p="lg">
        <Failure cause={cause} retry={retry} />
      </Stack>
    )
  }
  if (!pending) return children
  return (
    <Stack p="lg" gap="sm" aria-busy>
      {Array.from({ length: 12 }, (_, i) => (
        <Skeleton key={i} height={24} />
      ))}
    </Stack>
  )
}
