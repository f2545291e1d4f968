import '@/lib/i18n/merge-texts'
import { Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { QueryClient } from '@tanstack/react-query'
import i18next from 'i18next'
import { api, isProblem } from '@/lib/api/client'
import { companyQueue, readCompany } from '@/lib/edits/company-queue'
import type { Contact } from '@/lib/edits/contact'
import { contactQueue, readContact } from '@/lib/edits/contact-queue'
import { surely } from '@/lib/edits/use-write'
import { newKey } from '@/lib/new-key'

/** How long the way back is offered in a corner of the page, in milliseconds. The page of the record offers it for good. */
const offered = 10_000

/** Merge is a merge that was carried out: its id, and the record that stayed. */
export interface Merge {
  kind: 'contact' | 'company'
  id: string
  survivor: string
}

/** nameOf is what somebody is called who has perhaps no name. */
export function nameOf(contact: Partial<Pick<Contact, 'name' | 'email' | 'phone' | 'identifier' | 'id'>>): string {
  return contact.name ?? contact.email ?? contact.phone ?? contact.identifier ?? contact.id ?? ''
}

/** remembered are the records that were merged into one, as it is now. Its queue of edits hears of it, too. */
async function remembered({ kind, survivor }: Merge) {
  if (kind === 'company') {
    const state = await readCompany(survivor)
    companyQueue(survivor).hear(state)
    return state.record.absorbed
  }
  const state = await readContact(survivor)
  contactQueue(survivor).hear(state)
  return state.record.absorbed
}

/**
 * undoMerge makes two records of one again, and says what came of it. When a later merge of the survivor is in the way,
 * it names that one and offers to undo it first.
 */
export async function undoMerge(queries: QueryClient, merge: Merge): Promise<void> {
  try {
    await surely(
      (key) => api.POST('/v1/merges/{id}/undo', { params: { path: { id: merge.id }, header: { 'Idempotency-Key': key } } }),
      newKey(),
    )
    notifications.hide(offerOf(merge)) // it was perhaps undone elsewhere on the page
    notifications.show({ message: i18next.t('merge.undone'), withBorder: true })
  } catch (cause) {
    if (!isProblem(cause)) throw cause
    if (cause.type === 'later-merge' && cause.body.merge_id) await tellLater(queries, { ...merge, id: cause.body.merge_id })
    else notifications.show({ color: 'red', title: cause.title, message: cause.detail, withBorder: true, autoClose: false })
  }
  await Promise.all([
    queries.invalidateQueries({ queryKey: ['contacts'] }),
    queries.invalidateQueries({ queryKey: ['conversations'] }), // whose they are
    ...(merge.kind === 'company' ? [queries.invalidateQueries({ queryKey: ['companies'] })] : []),
  ])
}

async function tellLater(queries: QueryClient, merge: Merge): Promise<void> {
  const absorbed = await remembered(merge).catch(() => undefined)
  const later = absorbed?.find((one) => one.merge_id === merge.id)
  const id = `later-${merge.id}`
  notifications.show({
    id,
    withBorder: true,
    autoClose: false,
    message: (
      <Stack gap="xs" align="start">
        <Text size="sm">{i18next.t('merge.later')}</Text>
        <UndoButton queries={queries} merge={merge} notice={id} text={i18next.t('merge.laterOf', { name: later ? nameOf(later) : merge.id })} />
      </Stack>
    ),
  })
}

/** offerOf is the name of the notice that offers to undo a merge. */
const offerOf = (merge: Merge) => `merged-${merge.id}`

/** offerUndo says that two records were merged, and shows the way back for a while. */
export function offerUndo(queries: QueryClient, merge: Merge, names: { gone: string; stays: string }): void {
  const id = offerOf(merge)
  notifications.show({
    id,
    autoClose: offered,
    withBorder: true,
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm" dir="auto" style={{ overflowWrap: 'anywhere' }}>
          {i18next.t('merge.done', names)}
        </Text>
        <UndoButton queries={queries} merge={merge} notice={id} text={i18next.t('merge.undo')} />
      </Group>
    ),
  })
}

/** UndoButton undoes a merge, and takes away the notice where it stands. */
function UndoButton({ queries, merge, notice, text }: { queries: QueryClient; merge: Merge; notice: string; text: string }) {
  return (
    <Button
      size="compact-sm"
      variant="default"
      flex="none"
      onClick={() => {
        notifications.hide(notice)
        void undoMerge(queries, merge)
      }}
    >
      {text}
    </Button>
  )
}
