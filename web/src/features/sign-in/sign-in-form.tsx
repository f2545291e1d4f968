import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { signIn, type Session } from '@/lib/session'
import { stored } from '@/lib/stored'

/** Under this name the browser remembers which way was used last. */
const remembered = 'sign-in'

/** SignInForm signs somebody in by a key or by a password; first it shows the way that this browser used last. */
export function SignInForm({ done }: { done: (session: Session) => void }) {
  const { t } = useTranslation()
  const [by, setBy] = useState<'key' | 'password'>(() => (stored.get(remembered) === 'password' ? 'password' : 'key'))
  const [busy, setBusy] = useState(false)
  const [cause, setCause] = useState<unknown>()

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '').trim()
    setBusy(true)
    setCause(undefined)
    try {
      const made = await signIn(by === 'key' ? { key: text('key') } : { email: text('email'), password: String(form.get('password')) })
      stored.set(remembered, by)
      done(made)
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
            <TextInput key="email" name="email" type="email" label={t('signIn.email')} autoComplete="username" required data-autofocus autoFocus />
            <PasswordInput name="password" label={t('signIn.password')} autoComplete="current-password" required />
          </>
        )}
        {cause !== undefined && <Failure cause={cause} />}
        <Button type="submit" loading={busy}>
          {t('signIn.submit')}
        </Button>
        <Button
          variant="default"
          onClick={() => {
            setBy(by === 'key' ? 'password' : 'key')
            setCause(undefined)
          }}
        >
          {t(by === 'key' ? 'signIn.withPassword' : 'signIn.withKey')}
        </Button>
      </Stack>
    </form>
  )
}
