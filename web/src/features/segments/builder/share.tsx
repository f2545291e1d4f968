import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyDialog } from '@/components/copy-dialog'
import { Failure } from '@/components/failure'
import { curlOf } from '@/lib/curl'
import type { Group } from '@/lib/filter/types'
import { printed } from '../queries'

/** A longer filter does not fit into an address that everybody can open. */
const longest = 4_000

type Form = 'cel' | 'curl' | 'link'

/** ShareMenu gives the filter as text, as a line for a shell and as a link, and takes it as text. */
export function ShareMenu({ filter, edit }: { filter: Group; edit: () => void }) {
  const { t } = useTranslation()
  const [form, setForm] = useState<Form>()
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" size={32} aria-label={t('segments.builder.more')}>
            <IconDots size={16} aria-hidden />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={edit}>{t('segments.text.title')}</Menu.Item>
          <Menu.Divider />
          {(['cel', 'curl', 'link'] as const).map((one) => (
            <Menu.Item key={one} onClick={() => setForm(one)}>
              {t(`segments.copy.${one}`)}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      {form && <Copied form={form} filter={filter} close={() => setForm(undefined)} />}
    </>
  )
}

function Copied({ form, filter, close }: { form: Form; filter: Group; close: () => void }) {
  const { t } = useTranslation()
  const print = useQuery({ ...printed(filter), enabled: form === 'cel' })
  const { origin } = window.location
  if (form === 'cel') {
    if (print.isError) return <Failure cause={print.error} retry={() => void print.refetch()} />
    return print.data ? <CopyDialog title={t('segments.copy.cel')} text={print.data.cel} close={close} /> : null
  }
  if (form === 'curl') {
    const text = curlOf(`${origin}/v1/contacts/search`, { filter })
    return <CopyDialog title={t('segments.copy.curl')} help={t('segments.copy.curlHelp')} text={text} close={close} />
  }
  const link = `${origin}/segments/new?filter=${encodeURIComponent(JSON.stringify(filter))}`
  const tooLong = link.length > longest
  return (
    <CopyDialog
      title={t('segments.copy.link')}
      help={t(tooLong ? 'segments.copy.tooLong' : 'segments.copy.linkHelp')}
      text={tooLong ? '' : link}
      close={close}
    />
  )
}
