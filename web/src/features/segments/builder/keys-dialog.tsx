import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const sheet = [
  { keys: ['↑', '↓'], does: 'row' },
  { keys: ['Enter'], does: 'enter' },
  { keys: ['Esc'], does: 'esc' },
  { keys: ['a'], does: 'add' },
  { keys: ['Shift A'], does: 'addGroup' },
  { keys: ['d'], does: 'duplicate' },
  { keys: ['Delete'], does: 'remove' },
  { keys: ['Alt ↑', 'Alt ↓'], does: 'move' },
  { keys: ['Alt Shift ←', 'Alt Shift →'], does: 'shift' },
  { keys: ['F8'], does: 'fault' },
  { keys: ['Ctrl Z', 'Ctrl Shift Z'], does: 'undo' },
  { keys: ['Ctrl S'], does: 'save' },
] as const

/** KeysDialog lists the keys of the builder. */
export function KeysDialog({ close }: { close: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={close} title={t('segments.keys.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack gap="sm">
        <Text size="sm">{t('segments.keys.help')}</Text>
        {sheet.map(({ keys, does }) => (
          <Group key={does} justify="space-between" wrap="nowrap">
            <Text size="sm">{t(`segments.keys.${does}`)}</Text>
            <Group gap="xs" wrap="nowrap">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </Group>
          </Group>
        ))}
      </Stack>
    </Modal>
  )
}
