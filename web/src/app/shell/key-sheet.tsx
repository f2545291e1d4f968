import { Kbd, Modal, Stack, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const sheet = [
  { keys: ['/', 'Ctrl K'], does: 'search' },
  { keys: ['g f'], does: 'find' },
  { keys: ['g s'], does: 'segments' },
  { keys: ['g c'], does: 'companies' },
  { keys: ['↑', '↓'], does: 'row' },
  { keys: ['Enter'], does: 'open' },
  { keys: ['Ctrl Enter'], does: 'openTab' },
  { keys: ['n'], does: 'note' },
  { keys: ['m'], does: 'merge' },
  { keys: ['b'], does: 'block' },
  { keys: ['[', ']'], does: 'neighbours' },
  { keys: ['Esc'], does: 'back' },
  { keys: ['?'], does: 'sheet' },
] as const

/** KeySheet lists the keys that work on every page. */
export function KeySheet({ close }: { close: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={close} title={t('nav.keySheet')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack gap="sm">
        {sheet.map(({ keys, does }) => (
          <Group key={does} justify="space-between">
            <Text size="sm">{t(`keySheet.${does}`)}</Text>
            <Group gap="xs">
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
