import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useCopy } from '@/lib/use-copy'

interface Props {
  title: string
  help?: string | undefined
  text: string
  close: () => void
}

/** linesOf is about how many lines of the box a text takes. */
const linesOf = (text: string) => text.split('\n').reduce((lines, line) => lines + Math.max(1, Math.ceil(line.length / 64)), 0)

/** CopyDialog shows a text and copies it. Where the browser does not let us, it is selected for people to copy. */
export function CopyDialog({ title, help, text, close }: Props) {
  const { t } = useTranslation()
  const { shown, said, copy } = useCopy<HTMLTextAreaElement>(text)
  return (
    <Modal opened onClose={close} size="lg" title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        {help && <Text size="sm">{help}</Text>}
        <Textarea
          ref={shown}
          aria-label={title}
          readOnly
          rows={Math.min(14, Math.max(3, linesOf(text) + 1))}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
          value={text}
          onFocus={(event) => event.currentTarget.select()}
        />
        <Group justify="space-between">
          <Text size="sm" role="status">
            {said}
          </Text>
          <Button data-autofocus onClick={copy}>
            {t('app.copy')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
