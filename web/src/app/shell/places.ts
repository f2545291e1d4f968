import {
  IconAdjustmentsHorizontal,
  IconBuilding,
  IconKey,
  IconSettings,
  IconUserSearch,
  IconUserShield,
  IconUsersGroup,
  type Icon,
} from '@tabler/icons-react'
import { allows, type Right, type Scope } from '@/lib/scopes'

/** Place is a page that the rail leads to. */
export interface Place {
  to: string
  name: 'find' | 'segments' | 'companies' | 'attributes' | 'keys' | 'people' | 'settings'
  icon: Icon
  right?: Right
}

const places: Place[] = [
  { to: '/find', name: 'find', icon: IconUserSearch },
  { to: '/segments', name: 'segments', icon: IconUsersGroup },
  { to: '/companies', name: 'companies', icon: IconBuilding },
  { to: '/attributes', name: 'attributes', icon: IconAdjustmentsHorizontal },
  { to: '/keys', name: 'keys', icon: IconKey, right: 'readKeys' },
  { to: '/people', name: 'people', icon: IconUserShield, right: 'readKeys' },
  { to: '/settings', name: 'settings', icon: IconSettings },
]

/** placesOf are the pages that a scope can read. */
export const placesOf = (scope: Scope) => places.filter(({ right }) => !right || allows(scope, right))
