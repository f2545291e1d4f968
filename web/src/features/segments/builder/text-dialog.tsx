import { Anchor, Button, Group, Modal, Skeleton, Stack, Text, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { api, data, isProblem } from '@/lib/api/client'
import { useMutation } from '@/lib/edits/use-mutation'
import type { Group as Filter } from '@/lib/filter/types'
import { useDraft } from '@/lib/use-draft'
import { printed } from '../queries'
import { offsetOf } from './cel'
import { useBoard } from './store'

interface Props {
  filter: Filter
  close: () => void
  take: (filter: Filter) => void
}

/** TextDialog lets people write the filter as text in CEL. */
export function TextDialog({ filter, close, take }: Props) {
  const { t } = useTranslation()
  const print = useQuery(printed(filter))
  const draft = useDraft(`cel-${useBoard().segmentID}`, { text: print.data?.cel ?? '' })
  const box = useRef<HTMLTextAreaElement>(null)
  const { text } = draft.value
  const parse = useMutation({
    mutationFn: () => data(api.POST('/v1/filters/parse', { body: { cel: text } })),
    onSuccess: (read) => {
      draft.discard()
      take(read.filter as Filter)
    },
  })
  const problem = isProblem(parse.error) && parse.error.type === 'invalid-cel' ? parse.error : undefined
  const go = (location: string) => {
    const at = offsetOf(text, location)
    box.current?.focus()
    if (at !== undefined) box.current?.setSelectionRange(at, Math.min(at + 1, text.length))
  }
  return (
    <Modal opened onClose={close} size="xl" title={t('segments.text.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Restored draft={draft} />
        {print.isPending && draft.typed.text === undefined ? (
          <Skeleton height={220} />
        ) : (
          <Textarea
            ref={box}
            data-autofocus
            label={t('segments.text.label')}
            description={t('segments.text.help')}
            rows={12}
            spellCheck={false}
            styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
            aria-invalid={problem !== undefined}
            value={text}
            onChange={(event) => draft.put({ text: event.currentTarget.value })}
          />
        )}
        {print.isError && <Failure cause={print.error} retry={() => void print.refetch()} />}
        {parse.isError && !problem && <Failure cause={parse.error} />}
        {problem && (
          <div role="alert">
            <Text size="sm" c="var(--k-danger)">
              {problem.detail}
            </Text>
            <ul>
              {(problem.body.errors ?? []).map(({ location, detail }) => (
                <li key={location + detail}>
                  <Anchor component="button" type="button" size="sm" onClick={() => go(location)}>
                    {place(t('segments.text.place', placeOf(location)), location)}
                  </Anchor>{' '}
                  {detail}
                </li>
              ))}
            </ul>
          </div>
        )}
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
          <Button loading={parse.isPending} disabled={text.trim() === ''} onClick={() => parse.mutate()}>
            {t('segments.text.use')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}

function placeOf(location: string) {
  const [, line = '1', column = '1'] = location.split(':')
  return { line, column }
}

function place(words: string, location: string): string {
  return location.startsWith('cel:') ? words : location
}
