import '@/lib/i18n/merge-texts'
import { Alert, Button, Group, Kbd, Skeleton, Stack, Text, Title, Tooltip } from '@mantine/core'
import { IconArrowsExchange } from '@tabler/icons-react'
import { useRouter } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import type { Problem } from '@/lib/api/problem'
import type { Attribute } from '@/lib/attributes'
import { useEscape, useShortcuts } from '@/lib/shortcuts'
import type { Draft } from '@/lib/use-draft'
import { FieldTable } from './field-table'
import styles from './merge.module.css'
import type { Choices, MergeKind, Row } from './rows'

interface ViewProps {
  title: string
  direction: string
  directionHelp: string
  kind: Pick<MergeKind<never>, 'together'>
  entity: Attribute['entity']
  labelOf: (field: string) => string
  names: { stays: string; gone: string }
  rows: Row[]
  choices: Choices
  draft: Pick<Draft<object>, 'restored' | 'discard'>
  choose: (field: string, gone: boolean) => void
  /** What comes along with the other record; undefined until the server has said. */
  moves: string | undefined
  /** The result as the server would make it: `old` is one of other choices. */
  preview: { waiting: boolean; old: boolean; cause: unknown; again: () => void }
  merge: { submit: (() => void) | undefined; pending: boolean; problem: Problem | undefined }
  swap: () => void
}

/** MergeView shows two records and what would become of them, before anything is done. */
export function MergeView({ title, names, preview, merge, swap, ...rest }: ViewProps) {
  const { t } = useTranslation()
  const router = useRouter()
  const back = () => router.history.back()
  const submit = () => {
    if (!merge.pending) merge.submit?.()
  }
  useShortcuts({ s: swap })
  useEscape(back)
  useSubmitKey(submit)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  return (
    <div className={styles.page}>
      <Stack gap="lg">
        <div>
          <Title order={1} ref={heading} tabIndex={-1} className={styles.title}>
            {title}
          </Title>
          <Group justify="space-between" align="start" mt="sm">
            <div style={{ flex: 1, minWidth: 220 }}>
              <Text size="lg" dir="auto" style={{ overflowWrap: 'anywhere' }}>
                {rest.direction}
              </Text>
              <Text size="sm" c="dimmed">
                {rest.directionHelp}
              </Text>
            </div>
            <Tooltip label={`${t('merge.swapHelp')} (s)`}>
              <Button variant="default" leftSection={<IconArrowsExchange size={16} aria-hidden />} onClick={swap}>
                {t('merge.swap')}
              </Button>
            </Tooltip>
          </Group>
        </div>
        {preview.cause ? <Failure cause={preview.cause} retry={preview.again} /> : null}
        {/* Rows have other heights with what the server says of them. */}
        {preview.waiting && !preview.cause ? (
          <Skeleton height={480} />
        ) : (
          <>
            <Restored draft={rest.draft} />
            <FieldTable
              kind={rest.kind}
              entity={rest.entity}
              labelOf={rest.labelOf}
              rows={rest.rows}
              names={names}
              choices={rest.choices}
              choose={rest.choose}
              old={preview.old}
            />
            <Text size="sm" aria-live="polite">
              <strong>{t('merge.moves')}:</strong> {rest.moves ?? '…'}
            </Text>
            {merge.problem &&
              (merge.problem.status === 412 ? (
                <Alert role="alert" color="red" variant="outline">
                  {t('merge.changed')}
                </Alert>
              ) : (
                <Failure cause={merge.problem} retry={submit} />
              ))}
            <Group className={styles.actions}>
              <Button onClick={submit} loading={merge.pending} disabled={!merge.submit}>
                {t('merge.submit')}
              </Button>
              <Kbd className={styles.key}>{t('merge.submitHelp')}</Kbd>
              <Button variant="default" onClick={back}>
                {t('merge.cancel')}
              </Button>
            </Group>
          </>
        )}
      </Stack>
    </div>
  )
}

/** useSubmitKey merges with Ctrl+Enter, wherever the focus is. */
function useSubmitKey(submit: () => void): void {
  const latest = useRef(submit)
  latest.current = submit
  useEffect(() => {
    const answer = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || event.defaultPrevented) return
      event.preventDefault()
      latest.current()
    }
    window.addEventListener('keydown', answer)
    return () => window.removeEventListener('keydown', answer)
  }, [])
}
