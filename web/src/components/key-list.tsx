import { Group, Kbd, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'

interface ListProps {
  title: string
  help?: string
  rows: readonly { keys: readonly string[]; text: string }[]
  close: () => void
}

/** KeyList is a dialog that says which keys do what. */
export function KeyList({ title, help, rows, close }: ListProps) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={close} title={title} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack gap="sm">
        {help && <Text size="sm">{help}</Text>}
        {rows.map(({ keys, text }) => (
          <Group key={text} justify="space-between" wrap="nowrap">
            <Text size="sm">{text}</Text>
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
