import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import { api, isProblem } from '@/lib/api/client'
import type { Contact } from '@/lib/edits/contact'
import { contactQueue, readContact } from '@/lib/edits/contact-queue'
import { surely } from '@/lib/edits/use-write'

/** How long the way back is offered in a corner of the page, in milliseconds. The timeline offers it for good. */
const offered = 10_000

/** nameOf is what somebody is called who has perhaps no name. */
export function nameOf(contact: Partial<Pick<Contact, 'name' | 'email' | 'phone' | 'identifier' | 'id'>>): string {
  return contact.name ?? contact.email ?? contact.phone ?? contact.identifier ?? contact.id ?? ''
}

/**
 * undoMerge makes two contacts of one again, and says what came of it. When a later merge of the survivor is in the way,
 * it names that one and offers to undo it first.
 */
export async function undoMerge(queries: QueryClient, merge: string, survivor: string): Promise<void> {
  try {
    await surely(
      (key) => api.POST('/v1/merges/{id}/undo', { params: { path: { id: merge }, header: { 'Idempotency-Key': key } } }),
      crypto.randomUUID(),
    )
    notifications.show({ message: i18next.t('merge.undone'), withBorder: true })
  } catch (cause) {
    if (!isProblem(cause)) throw cause
    if (cause.type === 'later-merge' && cause.body.merge_id) await tellLater(queries, cause.body.merge_id, survivor)
    else notifications.show({ color: 'red', title: cause.title, message: cause.detail, withBorder: true, autoClose: false })
  }
  await queries.invalidateQueries({ queryKey: ['contacts'] })
}

async function tellLater(queries: QueryClient, merge: string, survivor: string): Promise<void> {
  const state = await readContact(survivor).catch(() => undefined)
  if (state) contactQueue(survivor).hear(state)
  const later = state?.record.absorbed?.find((one) => one.merge_id === merge)
  const id = `later-${merge}`
  notifications.show({
    id,
    withBorder: true,
    autoClose: false,
    message: (
      <Stack gap="xs" align="start">
        <Text size="sm">{i18next.t('merge.later')}</Text>
        <Button
          size="compact-sm"
          variant="default"
          onClick={() => {
            notifications.hide(id)
            void undoMerge(queries, merge, survivor)
          }}
        >
          {i18next.t('merge.laterOf', { name: later ? nameOf(later) : merge })}
        </Button>
      </Stack>
    ),
  })
}

/** offerUndo says that two contacts were merged, and shows the way back for a while. */
export function offerUndo(queries: QueryClient, merge: string, survivor: string, names: { gone: string; stays: string }): void {
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
            void undoMerge(queries, merge, survivor)
          }}
        >
          {i18next.t('merge.undo')}
        </Button>
      </Group>
    ),
  })
}
