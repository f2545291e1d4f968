import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { api, data, isProblem } from '@/lib/api/client'
import { unsettled } from '@/lib/edits/edit'
import { useWrite } from '@/lib/edits/use-write'
import { sent, type Group as Filter } from '@/lib/filter/types'
import { addFile } from '@/lib/picks'
import { number } from '@/lib/text'
import { useDraft } from '@/lib/use-draft'
import type { Hit } from './queries'
import type { Selection } from './selection'
import { filterOf, type View } from '@/lib/list-view'

interface SaveProps {
  selection: Selection
  view: View
  hits: Hit[]
  close: () => void
}

/** Wanted is a segment of people who are picked, or of those who pass a filter. */
interface Wanted {
  name: string
  ids?: string[]
  filter?: Filter
}

/** make makes the segment. One whose people are refused does not stay: its name would be taken. */
async function make({ name, ids, filter }: Wanted, key: string) {
  const header = { 'Idempotency-Key': key }
  if (!ids) return data(api.POST('/v1/segments', { params: { header }, body: { name, filter: sent(filter!) ?? null } }))
  const made = await data(api.POST('/v1/segments', { params: { header }, body: { name, kind: 'static' } }))
  try {
    await addFile(made.id, new Blob([ids.join('\n')]), `${key}-people`)
  } catch (cause) {
    if (isProblem(cause) && !unsettled(cause)) await api.DELETE('/v1/segments/{id}', { params: { path: { id: made.id } } })
    throw cause
  }
  return made
}

/**
 * SaveSegment makes a segment: of those who are selected, who stay its members until somebody changes that, or of what
 * is picked, whose members change with people.
 */
export function SaveSegment({ selection, view, hits, close }: SaveProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const draft = useDraft('save-segment', { name: '' })
  const { name } = draft.value
  const picked = !selection.all && selection.ids.size > 0
  const filter = filterOf(view.picks) ?? { combinator: 'and' as const, rules: [] }

  const counted = useQuery({
    queryKey: ['contacts', 'count', filter],
    queryFn: ({ signal }) => data(api.POST('/v1/contacts/count', { body: { filter: sent(filter) ?? null }, signal })),
    enabled: !picked,
    staleTime: 0,
  })
  const save = useWrite(
    make,
    (made) => {
      draft.discard()
      void queries.invalidateQueries({ queryKey: ['segments'] })
      void navigate({ to: `/segments/${made.id}` })
    },
    'save-segment',
  )

  const some = hits.filter((hit) => !picked || selection.ids.has(hit.contact.id)).slice(0, 5)
  const count = picked ? selection.ids.size : counted.data?.count
  return (
    <Modal opened onClose={close} title={t('find.saveSegment')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          void save.send({ name: name.trim(), ...(picked ? { ids: [...selection.ids] } : { filter }) })
        }}
      >
        <Stack>
          <Restored draft={draft} />
          <Text size="sm">{t(picked ? 'find.savePicked' : 'find.saveRule')}</Text>
          <TextInput
            label={t('find.segmentName')}
            required
            maxLength={200}
            data-autofocus
            value={name}
            onChange={(event) => draft.put({ name: event.currentTarget.value })}
            error={save.problem?.at('name')}
          />
          {counted.isError && <Failure cause={counted.error} retry={() => void counted.refetch()} />}
          {count !== undefined && (
            <Text size="sm" role="status">
              {t('find.total', { count, number: number(count) })}:{' '}
              {some.map((hit) => hit.contact.name || hit.contact.email || t('find.unnamed')).join(', ')}
              {count > some.length ? ' …' : ''}
            </Text>
          )}
          {save.problem && <Failure cause={save.problem} />}
          <Group justify="flex-end">
            <Button
              variant="default"
              onClick={() => {
                draft.discard()
                close()
              }}
            >
              {t('app.cancel')}
            </Button>
            <Button type="submit" loading={save.pending} disabled={count === undefined}>
              {t('app.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
