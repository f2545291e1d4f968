import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { Problem } from '@/lib/api/problem'

interface DialogProps {
  title: string
  /** What is lost, a sentence or two each. */
  texts: readonly string[]
  /** What has to be typed: the name or the key of what is deleted. */
  name: string
  nameLabel: string
  /** What the button does, in a word. */
  action: string
  remove: { send: () => void; pending: boolean; problem: Problem | undefined }
  close: () => void
}

/** DeleteDialog deletes something for good. It wants the name typed, so that nobody does it by accident. */
export function DeleteDialog({ title, texts, name, nameLabel, action, remove, close }: DialogProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const right = typed.trim() === name.trim()
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (right) remove.send()
        }}
      >
        <Stack>
          {texts.map((text) => (
            <Text key={text} size="sm">
              {text}
            </Text>
          ))}
          <TextInput
            label={nameLabel}
            data-autofocus
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            dir="auto"
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
          {remove.problem && <Failure cause={remove.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button type="submit" color="red" loading={remove.pending} disabled={!right}>
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
