import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { languages, setLanguage, type Language } from '@/lib/i18n'
import { prefer, usePreferences } from '@/lib/preferences'
import { signOut } from '@/lib/session'
import { drafts } from '@/lib/stored'

/** leave signs out, and forgets what this tab has kept. */
async function leave(everywhere: boolean): Promise<void> {
  await signOut(everywhere)
  drafts.forgetAll()
  window.location.assign('/sign-in')
}

/** AccountMenu is the menu of the person: how the console looks, and the way out. It is open when it is fetched. */
export function AccountMenu({ children }: { children: ReactNode }) {
  const { t, i18n } = useTranslation()
  const { density, shortcuts } = usePreferences()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const tick = (on: boolean) => (on ? <IconCheck size={14} aria-hidden /> : <span style={{ width: 14 }} />)
  return (
    <Menu position="right-end" width={220} defaultOpened>
      <Menu.Target>
        {children}
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('nav.theme')}</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.Item
            key={scheme}
            role="menuitemradio"
            aria-checked={colorScheme === scheme}
            leftSection={tick(colorScheme === scheme)}
            onClick={() => setColorScheme(scheme)}
          >
            {t(`nav.themes.${scheme}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('nav.density')}</Menu.Label>
        {(['comfortable', 'compact'] as const).map((choice) => (
          <Menu.Item
            key={choice}
            role="menuitemradio"
            aria-checked={density === choice}
            leftSection={tick(density === choice)}
            onClick={() => prefer({ density: choice })}
          >
            {t(`nav.densities.${choice}`)}
          </Menu.Item>
        ))}
        <Menu.Label>{t('nav.language')}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((code) => (
          <Menu.Item
            key={code}
            lang={code}
            role="menuitemradio"
            aria-checked={i18n.language === code}
            leftSection={tick(i18n.language === code)}
            onClick={() => void setLanguage(code)}
          >
            {languages[code]}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          role="menuitemcheckbox"
          aria-checked={shortcuts}
          leftSection={tick(shortcuts)}
          onClick={() => prefer({ shortcuts: !shortcuts })}
        >
          {t('nav.shortcuts')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave(false)}>{t('nav.signOut')}</Menu.Item>
        <Menu.Item onClick={() => void leave(true)}>{t('nav.signOutEverywhere')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
