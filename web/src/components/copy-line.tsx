import { Button, Code, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useCopy } from '@/lib/use-copy'

/** CopyLine shows a line for a terminal, with a button that copies it. `about` says what it does, for the button's name. */
export function CopyLine({ line, about }: { line: string; about: string }) {
  const { t } = useTranslation()
  const { shown, said, copy } = useCopy<HTMLElement>(line)
  return (
    <Group gap="xs" wrap="nowrap" align="start">
      <Code ref={shown} block dir="ltr" style={{ flex: 1, minWidth: 0, whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
        {line}
      </Code>
      <Button size="xs" variant="default" onClick={copy} aria-label={`${said || t('app.copy')}: ${about}`}>
        {said || t('app.copy')}
      </Button>
    </Group>
  )
}
