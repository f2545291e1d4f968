import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'

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
  const button = useRef<HTMLButtonElement>(null)
  useEffect(() => button.current?.focus(), [])
  return (
    <Stack>
      <Alert color="accent" title={title}>
        {help}
      </Alert>
      <Code block dir="ltr" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {secret}
      </Code>
      {note && <Text size="sm">{note}</Text>}
      <Group justify="flex-end">
        <CopyButton value={secret}>
          {({ copied, copy }) => (
            <Button ref={button} variant="default" onClick={copy}>
              {t(copied ? 'app.copied' : 'app.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={close}>{t('app.close')}</Button>
      </Group>
    </Stack>
  )
}
