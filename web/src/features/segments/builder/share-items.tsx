import { Button, Group as Row, Menu, Modal, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyDialog } from '@/components/copy-dialog'
import { Failure } from '@/components/failure'
import { curlOf } from '@/lib/curl'
import type { Group } from '@/lib/filter/types'
import { printed } from '../queries'
import type { Form, ShareProps } from './share'

/** A longer address is cut by some programs and servers. */
const longest = 4_000

/** ShareItems is the menu, and what it opens. It is open when it is fetched. */
export function ShareItems({ filter, edit, save, children }: ShareProps & { children: ReactNode }) {
  const { t } = useTranslation()
  const [form, setForm] = useState<Form>()
  const close = () => setForm(undefined)
  const { origin } = window.location
  const link = `${origin}/segments/new?filter=${encodeURIComponent(JSON.stringify(filter))}`
  return (
    <>
      <Menu position="bottom-end" defaultOpened>
        <Menu.Target>{children}</Menu.Target>
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
      {form === 'cel' && <CopiedText filter={filter} close={close} />}
      {form === 'curl' && (
        <CopyDialog title={t('segments.copy.curl')} help={t('segments.copy.curlHelp')} text={curlOf(`${origin}/v1/contacts/search`, { filter })} close={close} />
      )}
      {form === 'link' && link.length <= longest && <CopyDialog title={t('segments.copy.link')} help={t('segments.copy.linkHelp')} text={link} close={close} />}
      {form === 'link' && link.length > longest && (
        <TooLong
          close={close}
          save={() => {
            close()
            save()
          }}
        />
      )}
    </>
  )
}

function CopiedText({ filter, close }: { filter: Group; close: () => void }) {
  const { t } = useTranslation()
  const print = useQuery(printed(filter))
  if (print.isError) return <Failure cause={print.error} retry={() => void print.refetch()} />
  return print.data ? <CopyDialog title={t('segments.copy.cel')} text={print.data.cel} close={close} /> : null
}

function TooLong({ close, save }: { close: () => void; save: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal opened onClose={close} title={t('segments.copy.link')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Text size="sm">{t('segments.copy.tooLong')}</Text>
        <Row justify="flex-end">
          <Button variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button data-autofocus onClick={save}>
            {t('segments.copy.save')}
          </Button>
        </Row>
      </Stack>
    </Modal>
  )
}
