import { Anchor, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { signIn, type Session } from '@/lib/session'

/** SignInForm signs somebody in by a key or by a password. */
export function SignInForm({ done }: { done: (session: Session) => void }) {
  const { t } = useTranslation()
  const [by, setBy] = useState<'key' | 'password'>('key')
  const [busy, setBusy] = useState(false)
  const [cause, setCause] = useState<unknown>()

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    setBusy(true)
    setCause(undefined)
    try {
      done(await signIn(by === 'key' ? { key: text('key') } : { email: text('email'), password: String(form.get('password')) }))
    } catch (thrown) {
      setCause(thrown)
      setBusy(false)
    }
  }

  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        {by === 'key' ? (
          <PasswordInput
            key="key"
            name="key"
            label={t('signIn.key')}
            description={t('signIn.keyHelp')}
            autoComplete="off"
            required
            data-autofocus
            autoFocus
          />
        ) : (
          <>
            <TextInput key="email" name="email" type="email" label={t('signIn.email')} autoComplete="username" required autoFocus />
            <PasswordInput name="password" label={t('signIn.password')} autoComplete="current-password" required />
          </>
        )}
        {cause !== undefined && <Failure cause={cause} />}
        <Button type="submit" loading={busy}>
          {t('signIn.submit')}
        </Button>
        <Text size="sm" ta="center">
          <Anchor component="button" type="button" size="sm" onClick={() => setBy(by === 'key' ? 'password' : 'key')}>
            {t(by === 'key' ? 'signIn.withPassword' : 'signIn.withKey')}
          </Anchor>
        </Text>
      </Stack>
    </form>
  )
}
