import { Button, Group, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { Write } from '@/lib/edits/use-write'
import { drafts } from '@/lib/stored'
import { number } from '@/lib/text'

/** How many characters a note may have. */
const mostLetters = 20_000

interface FormProps {
  id: string
  label: string
  /** The name under which what is typed outlives a reload. */
  kept: string
  first: string
  write: Write<string>
  /** Ends the form; without, it stays for the next note. */
  close?: () => void
}

/** NoteForm is a box for the text of a note. What is typed stays until it is saved. */
export function NoteForm({ id, label, kept, first, write, close }: FormProps) {
  const { t } = useTranslation()
  const [text, setText] = useState(first)
  const letters = Array.from(text.trim()).length
  const type = (next: string) => {
    setText(next)
    if (next === '') drafts.forget(kept)
    else drafts.set(kept, next)
  }
  const save = async () => {
    if (letters === 0 || letters > mostLetters) return
    if (!(await write.send(text.trim()))) return
    type('')
    close?.()
  }
  return (
    <Stack gap={6}>
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
        onChange={(event) => type(event.currentTarget.value)}
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
          <Button size="xs" variant="default" onClick={close}>
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
