import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import { Restored } from '@/components/restored'
import { number } from '@/lib/text'
import { useDraft } from '@/lib/use-draft'
import { limits } from './model'
import { linesOf, readList, type Choice } from './pasted'

interface Props {
  /** Names the field, and the segment where it stands. */
  name: string
  label: string
  before: string[]
  start: string
  choices: Choice[] | undefined
  close: () => void
  take: (values: string[]) => void
}

/** ListDialog takes a list of values, one a line, and says what it makes of them before they are taken. */
export function ListDialog({ name, label, before, start, choices, close, take }: Props) {
  const { t } = useTranslation()
  const draft = useDraft(`list-${name}`, { text: '' })
  const { text } = draft.value
  const { put } = draft
  // What was pasted just now comes after what was not taken earlier.
  useEffect(() => {
    if (start) put({ text: [text, start].filter(Boolean).join('\n') })
  }, [])
  const read = readList(linesOf(text), before, choices)
  const tooMany = before.length + read.taken.length > limits.values
  return (
    <Modal opened onClose={close} title={t('segments.list.title', { label })} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Restored draft={draft} />
        <Textarea
          data-autofocus
          label={t('segments.list.values')}
          description={t('segments.list.help')}
          dir="auto"
          rows={10}
          value={text}
          onChange={(event) => put({ text: event.currentTarget.value })}
        />
        <Text size="sm" role="status">
          {text.trim() !== '' &&
            t('segments.list.read', {
              taken: number(read.taken.length), unknown: number(read.unknown.length), double: number(read.double),
            })}
        </Text>
        {read.unknown.length > 0 && (
          <Text size="sm" c="var(--k-danger)" dir="auto">
            {t('segments.list.unknown', { values: read.unknown.slice(0, 10).join(', ') + (read.unknown.length > 10 ? ' …' : '') })}
          </Text>
        )}
        {tooMany && (
          <Text size="sm" c="var(--k-danger)">
            {t('segments.list.tooMany', { number: number(limits.values) })}
          </Text>
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
          <Button
            disabled={read.taken.length === 0 || tooMany}
            onClick={() => {
              draft.discard()
              take([...before, ...read.taken])
            }}
          >
            {t('segments.list.add', { count: read.taken.length, number: number(read.taken.length) })}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
