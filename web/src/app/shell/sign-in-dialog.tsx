import { Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { SignInForm } from '@/features/sign-in/sign-in-form'
import type { Session } from '@/lib/session'

/** SignInDialog asks to sign in again, over a page whose session has ended. It cannot be closed otherwise. */
export function SignInDialog({ enter }: { enter: (session: Session) => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('signIn.again')}
    >
      <Stack>
        <Text size="sm">{t('signIn.againText')}</Text>
        <SignInForm done={enter} />
      </Stack>
    </Modal>
  )
}
