import { CloseButton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useLocation, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { boxID, companiesID, focusBox, gridID, pressed, updateFinder, useFinder } from '@/lib/finder'
import styles from './shell.module.css'

/** SearchBox finds anyone from any page: the first letter leads to Find. */
export function SearchBox() {
  const { t } = useTranslation()
  const { text, active } = useFinder()
  const navigate = useNavigate()
  const finding = useLocation({ select: (location) => location.pathname === '/find' })

  const type = (value: string) => {
    updateFinder({ text: value, ahead: true })
    if (!finding) void navigate({ to: '/find', search: value ? { q: value } : {} })
  }
  return (
    <TextInput
      id={boxID}
      type="search"
      role="combobox"
      className={styles.search}
      aria-label={t('search.people')}
      aria-expanded={finding}
      aria-controls={active.startsWith(companiesID) ? companiesID : gridID}
      aria-autocomplete="list"
      aria-haspopup="grid"
      {...(active ? { 'aria-activedescendant': active } : {})}
      placeholder={t('search.hint')}
      autoComplete="off"
      autoCapitalize="off"
      spellCheck={false}
      leftSection={<IconSearch size={16} aria-hidden />}
      rightSection={
        text ? (
          <CloseButton
            size="sm"
            aria-label={t('search.clear')}
            onClick={() => {
              type('')
              focusBox()
            }}
          />
        ) : (
          <kbd className={styles.hint} aria-hidden>
            /
          </kbd>
        )
      }
      value={text}
      onChange={(event) => type(event.currentTarget.value)}
      onKeyDown={pressed}
    />
  )
}
