import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { LinkOnce } from './link-once'
import type { Person } from './queries'
import { useInvite } from './use-invite'

/** NewLink makes another link for somebody. The one before stops working. */
export function NewLink({ of, close }: { of: Person; close: () => void }) {
  const { t } = useTranslation()
  const invite = useInvite()
  return (
    <Modal
      opened
      onClose={close}
      title={t('people.linkOf', { name: of.name })}
      size="lg"
      closeOnClickOutside={!invite.link}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {invite.link ? (
        <LinkOnce name={of.name} link={invite.link.path} until={invite.link.until} close={close} />
      ) : (
        <Stack>
          <Text size="sm">{t('people.linkHelp')}</Text>
          {invite.problem && <Failure cause={invite.problem} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t('app.cancel')}
            </Button>
            <Button data-autofocus loading={invite.pending} onClick={() => void invite.send(of.id)}>
              {t('people.makeLink')}
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  )
}
