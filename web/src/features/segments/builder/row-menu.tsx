import { ActionIcon, Menu } from '@mantine/core'
import { IconDotsVertical } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import styles from './builder.module.css'
import { useBoard } from './store'

interface Props {
  id: string
  group: string
  name: string
  first: boolean
  last: boolean
  depth: number
}

/** RowMenu is what can be done with a row or a group, with the keys for it. */
export function RowMenu({ id, group, name, first, last, depth }: Props) {
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
    <Menu position="bottom-start" width={240}>
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={`${t('segments.builder.menu')}, ${name}`}>
          <IconDotsVertical size={14} aria-hidden />
        </ActionIcon>
      </Menu.Target>
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
