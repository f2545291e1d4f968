import { Alert, Button, Code, CopyButton, Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'

/** LinkOnce shows a link with which somebody signs in. It cannot be shown again. */
export function LinkOnce({ name, link, until, close }: { name: string; link: string; until: string; close: () => void }) {
  const { t } = useTranslation()
  const zone = useZone()
  const whole = new URL(link, window.location.origin).href
  return (
    <Stack>
      <Alert color="accent" title={t('people.once', { name })}>
        {t('people.onceHelp')}
      </Alert>
      <Code block dir="ltr" style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
        {whole}
      </Code>
      <Text size="sm">{t('people.until', { time: moment(until, zone) })}</Text>
      <Group justify="flex-end">
        <CopyButton value={whole}>
          {({ copied, copy }) => (
            <Button variant="default" onClick={copy} data-autofocus>
              {t(copied ? 'app.copied' : 'app.copy')}
            </Button>
          )}
        </CopyButton>
        <Button onClick={close}>{t('app.close')}</Button>
      </Group>
    </Stack>
  )
}
