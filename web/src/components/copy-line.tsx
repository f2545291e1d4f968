import { Button, Code, CopyButton, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** CopyLine shows a line for a terminal, with a button that copies it. `about` says what it does, for the button's name. */
export function CopyLine({ line, about }: { line: string; about: string }) {
  const { t } = useTranslation()
  return (
    <Group gap="xs" wrap="nowrap" align="start">
      <Code block dir="ltr" style={{ flex: 1, minWidth: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {line}
      </Code>
      <CopyButton value={line}>
        {({ copied, copy }) => (
          <Button size="xs" variant="default" onClick={copy} aria-label={`${t(copied ? 'app.copied' : 'app.copy')}: ${about}`}>
            {t(copied ? 'app.copied' : 'app.copy')}
          </Button>
        )}
      </CopyButton>
    </Group>
  )
}
