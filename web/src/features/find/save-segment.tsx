import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data, isProblem } from '@/lib/api/client'
import { useMutation } from '@/lib/edits/use-mutation'
import { sent } from '@/lib/filter/types'
import { number } from '@/lib/text'
import type { Hit } from './queries'
import type { Selection } from './selection'
import { filterOf, type View } from '@/lib/list-view'

/** The most ids that one request picks. */
const mostPicks = 1_000

interface SaveProps {
  selection: Selection
  view: View
  hits: Hit[]
  close: () => void
}

/**
 * SaveSegment makes a segment: of those who are selected, who stay its members until somebody changes that, or of what
 * is picked, whose members change with people.
 */
export function SaveSegment({ selection, view, hits, close }: SaveProps) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const picked = !selection.all && selection.ids.size > 0
  const filter = filterOf(view.picks) ?? { combinator: 'and' as const, rules: [] }

  const counted = useQuery({
    queryKey: ['contacts', 'count', filter],
    queryFn: ({ signal }) => data(api.POST('/v1/contacts/count', { body: { filter: sent(filter) ?? null }, signal })),
    enabled: !picked,
    staleTime: 0,
  })
  const save = useMutation({
    mutationFn: async () => {
      if (!picked) return data(api.POST('/v1/segments', { body: { name, filter: sent(filter) ?? null } }))
      const made = await data(api.POST('/v1/segments', { body: { name, kind: 'static' } }))
      const ids = [...selection.ids]
      for (let at = 0; at < ids.length; at += mostPicks) {
        const add = ids.slice(at, at + mostPicks)
        await api.POST('/v1/segments/{id}/members', { params: { path: { id: made.id } }, body: { add } })
      }
      return made
    },
    onSuccess: (made) => {
      void queries.invalidateQueries({ queryKey: ['segments'] })
      void navigate({ to: `/segments/${made.id}` })
    },
  })

  const some = hits.filter((hit) => !picked || selection.ids.has(hit.contact.id)).slice(0, 5)
  const count = picked ? selection.ids.size : counted.data?.count
  return (
    <Modal opened onClose={close} title={t('find.saveSegment')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Stack>
          <Text size="sm">{t(picked ? 'find.savePicked' : 'find.saveRule')}</Text>
          <TextInput
            label={t('find.segmentName')}
            required
            maxLength={200}
            data-autofocus
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={isProblem(save.error) ? save.error.at('name') : undefined}
          />
          {counted.isError && <Failure cause={counted.error} retry={() => void counted.refetch()} />}
          {count !== undefined && (
            <Text size="sm" role="status">
              {t('find.total', { count, number: number(count) })}:{' '}
              {some.map((hit) => hit.contact.name || hit.contact.email || t('find.unnamed')).join(', ')}
              {count > some.length ? ' …' : ''}
            </Text>
          )}
          {save.isError && <Failure cause={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={count === undefined}>
              {t('app.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
