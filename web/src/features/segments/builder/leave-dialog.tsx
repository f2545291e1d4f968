import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** LeaveDialog asks before what is not saved is left. */
export function LeaveDialog({ stay, leave }: { stay: () => void; leave: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={stay} title={t('segments.leave.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Text size="sm">{t('segments.leave.text')}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={leave}>
            {t('segments.leave.leave')}
          </Button>
          <Button data-autofocus onClick={stay}>
            {t('segments.leave.stay')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
