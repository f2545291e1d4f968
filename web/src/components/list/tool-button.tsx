import { Button } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ComponentProps } from 'react'
import styles from './list.module.css'

type ToolProps = Omit<ComponentProps<typeof Button<'button'>>, 'children'> & { icon: Icon; label: string; fetch: () => Promise<unknown> }

/**
 * ToolButton opens a choice of the bar of a list, which is fetched when somebody comes near the button. On a phone it is
 * its icon.
 */
export function ToolButton({ icon: Icon, label, fetch, ...rest }: ToolProps) {
  const soon = () => void fetch().catch(() => undefined)
  return (
    <Button
      size="xs"
      variant="default"
      className={styles.tool}
      leftSection={<Icon size={14} aria-hidden />}
      onPointerEnter={soon}
      onFocus={soon}
      {...rest}
    >
      {label}
    </Button>
  )
}
