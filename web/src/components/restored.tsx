import { Button, Group, Text } from '@mantine/core'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Draft } from '@/lib/use-draft'

/** Restored says that a form has what was typed into it earlier, and throws that away if it is not wanted. */
export function Restored({ draft: { restored, discard } }: { draft: Pick<Draft<object>, 'restored' | 'discard'> }) {
  const { t } = useTranslation()
  const line = useRef<HTMLDivElement>(null)
  if (!restored) return null
  const drop = () => {
    // The button goes, so the focus goes back to where one types.
    line.current?.closest('form, [role=dialog]')?.querySelector<HTMLElement>('[data-autofocus], input, textarea')?.focus()
    discard()
  }
  return (
    <Group ref={line} role="status" gap="sm">
      <Text size="sm">{t('app.restored')}</Text>
      <Button size="compact-xs" variant="default" onClick={drop}>
        {t('app.discard')}
      </Button>
    </Group>
  )
}
