import { Alert, Button, Code, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useCopy } from '@/lib/use-copy'

interface SecretProps {
  title: string
  help: string
  secret: string
  /** What else is to be known, like until when it works. */
  note?: string
  close: () => void
}

/** SecretOnce shows what cannot be shown again, with a button that copies it. The button has the focus. */
export function SecretOnce({ title, help, secret, note, close }: SecretProps) {
  const { t } = useTranslation()
  const { shown, said, copy } = useCopy<HTMLElement>(secret)
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return (
    <Stack>
      <Alert color="accent" title={title}>
        {help}
      </Alert>
      <Code ref={shown} block dir="ltr" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret}
      </Code>
      {note && <Text size="sm">{note}</Text>}
      <Group justify="flex-end">
        <Button variant="default" onClick={close}>
          {t('app.close')}
        </Button>
        <Button ref={button} onClick={copy}>
          {said || t('app.copy')}
        </Button>
      </Group>
    </Stack>
  )
}
