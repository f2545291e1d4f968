import { Menu, useMantineColorScheme } from '@mantine/core'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { languages, setLanguage, type Language } from '@/lib/i18n'
import { prefer, usePreferences } from '@/lib/preferences'
import { session, signOut } from '@/lib/session'
import { drafts } from '@/lib/stored'
import styles from './shell.module.css'

/** leave signs out, and forgets what this tab has kept. */
async function leave(everywhere: boolean): Promise<void> {
  await signOut(everywhere)
  drafts.forgetAll()
  window.location.assign('/sign-in')
}

/** AccountMenu is the menu of the person: how the console looks, and the way out. It is open when it is fetched. */
export function AccountMenu({ help, children }: { help: () => void; children: ReactNode }) {
  const { t, i18n } = useTranslation()
  const { density, shortcuts } = usePreferences()
  const who = useQuery(session).data?.who
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Menu position="right-end" width={220} defaultOpened checkIcon={<IconCheck size={14} aria-hidden />}>
      <Menu.Target>
        {children}
      </Menu.Target>
      <Menu.Dropdown>
        {who && (
          <Menu.Label>
            <bdi>{who.name}</bdi> · {t(`scopes.${who.scope}.name`)}
          </Menu.Label>
        )}
        {who?.kind === 'person' && (
          <Menu.Item renderRoot={(props) => <Link to="/settings" hash="password" {...props} />}>
            {t(who.has_password ? 'nav.changePassword' : 'nav.setPassword')}
          </Menu.Item>
        )}
        <Menu.Divider />
        <Menu.Label>{t('nav.theme')}</Menu.Label>
        {(['auto', 'light', 'dark'] as const).map((scheme) => (
          <Menu.RadioItem key={scheme} value={scheme} checked={colorScheme === scheme} onChange={() => setColorScheme(scheme)}>
            {t(`nav.themes.${scheme}`)}
          </Menu.RadioItem>
        ))}
        <Menu.Label>{t('nav.density')}</Menu.Label>
        {(['comfortable', 'compact'] as const).map((choice) => (
          <Menu.RadioItem key={choice} value={choice} checked={density === choice} onChange={() => prefer({ density: choice })}>
            {t(`nav.densities.${choice}`)}
          </Menu.RadioItem>
        ))}
        <Menu.Label>{t('nav.language')}</Menu.Label>
        {(Object.keys(languages) as Language[]).map((code) => (
          <Menu.RadioItem key={code} value={code} lang={code} checked={i18n.language === code} onChange={() => void setLanguage(code)}>
            {languages[code]}
          </Menu.RadioItem>
        ))}
        <Menu.Divider />
        <Menu.CheckboxItem checked={shortcuts} onChange={(on) => prefer({ shortcuts: on })}>
          {t('nav.shortcuts')}
        </Menu.CheckboxItem>
        <Menu.Item rightSection={<kbd className={styles.hint}>?</kbd>} onClick={help}>
          {t('nav.keySheet')}
        </Menu.Item>
        <Menu.Divider />
        <Menu.Item onClick={() => void leave(false)}>{t('nav.signOut')}</Menu.Item>
        <Menu.Item onClick={() => void leave(true)}>{t('nav.signOutEverywhere')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
