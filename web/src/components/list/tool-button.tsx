import { Button } from '@mantine/core'
import type { Icon } from '@tabler/icons-react'
import type { ComponentProps } from 'react'
import styles from './list.module.css'

type ToolProps = Omit<ComponentProps<typeof Button<'button'>>, 'children'> & {
  icon: Icon
  label: string
  /** It says its name on a phone, too. */
  named?: boolean
  /** Fetches what it opens. */
  fetch?: () => Promise<unknown>
}

/**
 * ToolButton is a button of the bar of a list. On a phone it is its icon. What it opens is fetched when somebody comes near
 * it.
 */
export function ToolButton({ icon: Icon, label, named = false, fetch, className = '', ...rest }: ToolProps) {
  const soon = () => void fetch?.().catch(() => undefined)
  return (
    <Button
      size="xs"
      variant="default"
      className={named ? className : `${styles.tool} ${className}`}
      leftSection={<Icon size={14} aria-hidden />}
      onPointerEnter={soon}
      onFocus={soon}
      {...rest}
    >
      {label}
    </Button>
  )
}
