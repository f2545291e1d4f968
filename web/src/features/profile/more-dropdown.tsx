import { Menu } from '@mantine/core'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyDialog } from '@/components/copy-dialog'
import { curlOf } from '@/lib/curl'
import type { Contact } from '@/lib/edits/contact'
import { useMay } from '@/lib/may'
import { DeleteContact } from './delete-contact'

/** MoreDropdown is the menu below the button of MoreMenu. It is open when it is fetched. */
export function MoreDropdown({ record, children }: { record: Contact; children: ReactNode }) {
  const { t } = useTranslation()
  const may = useMay()
  const [open, setOpen] = useState<'link' | 'curl' | 'delete'>()
  const { origin } = window.location
  const close = () => setOpen(undefined)
  return (
    <>
      <Menu position="bottom-end" defaultOpened>
        <Menu.Target>{children}</Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => setOpen('link')}>{t('list.copyLink')}</Menu.Item>
          <Menu.Item onClick={() => setOpen('curl')}>{t('list.copyCurl')}</Menu.Item>
          {may('readPersonalData') && (
            <Menu.Item component="a" href={`/v1/contacts/${record.id}/personal-data`} download={`${record.id}.json`}>
              {t('profile.menu.personalData')}
            </Menu.Item>
          )}
          {may('deleteContacts') && (
            <>
              <Menu.Divider />
              <Menu.Item c="var(--k-danger)" onClick={() => setOpen('delete')}>
                {t('profile.menu.delete')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {open === 'link' && <CopyDialog title={t('list.copyLink')} help={t('list.linkHelp')} text={`${origin}/contacts/${record.id}`} close={close} />}
      {open === 'curl' && (
        <CopyDialog
          title={t('list.copyCurl')}
          help={t('list.curlHelp')}
          text={curlOf(`${origin}/v1/contacts/${record.id}?include=provenance`)}
          close={close}
        />
      )}
      {open === 'delete' && <DeleteContact record={record} close={close} />}
    </>
  )
}
