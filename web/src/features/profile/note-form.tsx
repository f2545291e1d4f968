import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import type { Write } from '@/lib/edits/use-write'
import { number } from '@/lib/text'
import type { Draft } from '@/lib/use-draft'

/** How many characters a note may have. */
const mostLetters = 20_000

interface FormProps {
  id: string
  label: string
  draft: Pick<Draft<{ text: string }>, 'value' | 'put' | 'restored' | 'saved' | 'discard'>
  write: Write<string>
  /** Ends the form; without, it stays for the next note. */
  close?: () => void
}

/** NoteForm is a box for the text of a note. What is typed stays until it is saved. */
export function NoteForm({ id, label, draft, write, close }: FormProps) {
  const { t } = useTranslation()
  const { text } = draft.value
  const letters = Array.from(text.trim()).length
  const save = async () => {
    if (letters === 0 || letters > mostLetters) return
    if (!(await write.send(text.trim()))) return
    draft.saved({ text })
    close?.()
  }
  return (
    <Stack gap={6}>
      <Restored draft={draft} />
      <Textarea
        id={id}
        aria-label={label}
        placeholder={t('profile.notes.hint')}
        dir="auto"
        minRows={2}
        rows={Math.min(12, Math.max(2, text.split('\n').length + 1))}
        readOnly={write.pending} // disabled, it would lose the focus
        value={text}
        error={letters > mostLetters ? t('profile.notes.tooLong', { number: number(letters) }) : undefined}
        {...(close ? { 'data-autofocus': true, autoFocus: true } : {})}
        onChange={(event) => draft.put({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault()
            void save()
          } else if (event.key === 'Escape') {
            event.stopPropagation()
            if (close) close()
            else event.currentTarget.blur()
          }
        }}
      />
      {write.problem && write.problem.status !== 412 && <Failure cause={write.problem} retry={() => void save()} />}
      <Group gap="sm">
        <Button size="xs" loading={write.pending} disabled={letters === 0} onClick={() => void save()}>
          {t('profile.notes.save')}
        </Button>
        {close && (
          <Button
            size="xs"
            variant="default"
            onClick={() => {
              draft.discard()
              close()
            }}
          >
            {t('app.cancel')}
          </Button>
        )}
        <Text size="xs" c="dimmed">
          {t('profile.notes.help')}
        </Text>
      </Group>
    </Stack>
  )
}
