import { Menu } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Place } from './places'

/** PlacesMenu is the menu of MorePlaces. It is open when it is fetched. */
export function PlacesMenu({ places, children }: { places: Place[]; children: ReactNode }) {
  const { t } = useTranslation()
  return (
    <Menu position="top-end" width={200} defaultOpened>
      <Menu.Target>{children}</Menu.Target>
      <Menu.Dropdown>
        {places.map(({ to, name, icon: Icon }) => (
          <Menu.Item key={to} leftSection={<Icon size={16} aria-hidden />} renderRoot={(props) => <Link to={to} {...props} />}>
            {t(`nav.${name}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
