import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import { api, isProblem } from '@/lib/api/client'
import { surely } from '@/lib/edits/use-write'

/** How long the way back is offered in a corner of the page, in milliseconds. The page of the company offers it for good. */
const offered = 10_000

/** undoCompanyMerge makes two companies of one again, and says what came of it. */
export async function undoCompanyMerge(queries: QueryClient, merge: string): Promise<void> {
  try {
    await surely(
      (key) => api.POST('/v1/merges/{id}/undo', { params: { path: { id: merge }, header: { 'Idempotency-Key': key } } }),
      crypto.randomUUID(),
    )
    notifications.show({ message: i18next.t('companies.mergeUndone'), withBorder: true })
  } catch (cause) {
    if (!isProblem(cause)) throw cause
    const later = cause.type === 'later-merge'
    notifications.show({
      color: 'red',
      title: later ? i18next.t('companies.mergeLater') : cause.title,
      message: cause.detail,
      withBorder: true,
      autoClose: false,
    })
  }
  await queries.invalidateQueries({ queryKey: ['companies'] })
  await queries.invalidateQueries({ queryKey: ['contacts'] })
}

/** offerCompanyUndo says that two companies were merged, and shows the way back for a while. */
export function offerCompanyUndo(queries: QueryClient, merge: string, names: { gone: string; stays: string }): void {
  const id = `merged-${merge}`
  notifications.show({
    id,
    autoClose: offered,
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" dir="auto">
          {i18next.t('merge.done', names)}
        </Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id)
            void undoCompanyMerge(queries, merge)
          }}
        >
          {i18next.t('merge.undo')}
        </Button>
      </Group>
    ),
  })
}
