import { Group, Stack, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import styles from './page.module.css'

/** Page is the frame of a page with a heading and what can be done on it. */
export function Page({ title, actions, children, wide }: { title: string; actions?: ReactNode; children: ReactNode; wide?: boolean }) {
  return (
    <div className={styles.page} data-wide={wide ?? false}>
      <Stack gap="lg">
        <Group justify="space-between">
          <Title order={1}>{title}</Title>
          {actions}
        </Group>
        {children}
      </Stack>
    </div>
  )
}
