import { Menu } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import styles from './builder.module.css'
import { useBoard } from './store'

export interface RowMenuProps {
  id: string
  group: string
  name: string
  first: boolean
  last: boolean
  depth: number
}

/** RowMenuItems is the menu of a row, with the keys for it. It is open when it is fetched. */
export function RowMenuItems({ id, group, first, last, depth, children }: RowMenuProps & { children: ReactNode }) {
  const { t } = useTranslation()
  const { dispatch } = useBoard()
  const items = [
    { does: 'duplicate', keys: 'd', act: () => dispatch({ do: 'duplicate', id }) },
    { does: 'addBelow', keys: 'a', act: () => dispatch({ do: 'add', kind: 'rule', into: group, after: id }) },
    { does: 'up', keys: 'Alt ↑', act: () => dispatch({ do: 'up', id }), off: first },
    { does: 'down', keys: 'Alt ↓', act: () => dispatch({ do: 'down', id }), off: last },
    { does: 'in', keys: 'Alt Shift →', act: () => dispatch({ do: 'in', id }) },
    { does: 'out', keys: 'Alt Shift ←', act: () => dispatch({ do: 'out', id }), off: depth < 2 },
    { does: 'remove', keys: 'Delete', act: () => dispatch({ do: 'remove', id }) },
  ] as const
  return (
    <Menu position="bottom-start" width={240} defaultOpened>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {items.map(({ does, keys, act, ...rest }) => (
          <Menu.Item key={does} disabled={'off' in rest && rest.off} onClick={act} rightSection={<span className={styles.keys}>{keys}</span>}>
            {t(`segments.builder.${does}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
