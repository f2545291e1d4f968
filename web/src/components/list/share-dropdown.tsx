import { Menu } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyDialog } from '@/components/copy-dialog'

/** The forms in which a list is saved as a file. */
export type FileForm = 'csv' | 'ndjson'

interface Props {
  curl: () => string
  save: ((form: FileForm) => void) | undefined
  children: ReactNode
}

/** ShareDropdown is the choice below the button of ShareMenu. It is open when it is fetched. */
export function ShareDropdown({ curl, save, children }: Props) {
  const { t } = useTranslation()
  const [form, setForm] = useState<'link' | 'curl'>()
  return (
    <>
      <Menu position="bottom-end" defaultOpened>
        <Menu.Target>{children}</Menu.Target>
        <Menu.Dropdown>
          {save && (
            <>
              <Menu.Item onClick={() => save('csv')}>{t('list.csv')}</Menu.Item>
              <Menu.Item onClick={() => save('ndjson')}>{t('list.ndjson')}</Menu.Item>
              <Menu.Divider />
            </>
          )}
          <Menu.Item onClick={() => setForm('link')}>{t('list.copyLink')}</Menu.Item>
          <Menu.Item onClick={() => setForm('curl')}>{t('list.copyCurl')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {form && (
        <CopyDialog
          title={t(form === 'link' ? 'list.copyLink' : 'list.copyCurl')}
          help={t(form === 'link' ? 'list.linkHelp' : 'list.curlHelp')}
          text={form === 'link' ? window.location.href : curl()}
          close={() => setForm(undefined)}
        />
      )}
    </>
  )
}
