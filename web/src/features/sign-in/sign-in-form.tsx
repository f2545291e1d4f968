import { Button, PasswordInput, Stack, Tabs, TextInput } from '@mantine/core'
import { useState, type FormEvent } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { signIn, type Session } from '@/lib/session'
import { stored } from '@/lib/stored'

type Way = 'password' | 'key'

/** Under this name the browser remembers which way was used last. */
const remembered = 'sign-in'

/** SignInForm signs somebody in by a password or by a key; first it shows the way that this browser used last. */
export function SignInForm({ done }: { done: (session: Session) => void }) {
  const { t } = useTranslation()
  const [by, setBy] = useState<Way>(() => (stored.get(remembered) === 'key' ? 'key' : 'password'))
  const [chosen, setChosen] = useState(false) // who walks along the tabs keeps the focus there
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
        <Tabs
          value={by}
          keepMounted={false}
          onChange={(way) => {
            setBy(way as Way)
            setChosen(true)
            setCause(undefined)
          }}
        >
          <Tabs.List grow>
            <Tabs.Tab value="password">{t('signIn.withPassword')}</Tabs.Tab>
            <Tabs.Tab value="key">{t('signIn.withKey')}</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="password" pt="md">
            <Stack>
              <TextInput
                name="email"
                type="email"
                label={t('signIn.email')}
                autoComplete="username"
                required
                data-autofocus
                autoFocus={!chosen}
              />
              <PasswordInput name="password" label={t('signIn.password')} autoComplete="current-password" required />
            </Stack>
          </Tabs.Panel>
          <Tabs.Panel value="key" pt="md">
            <PasswordInput
              name="key"
              label={t('signIn.key')}
              description={t('signIn.keyHelp')}
              autoComplete="off"
              required
              data-autofocus
              autoFocus={!chosen}
            />
          </Tabs.Panel>
        </Tabs>
        {cause !== undefined && <Failure cause={cause} />}
        <Button type="submit" loading={busy}>
          {t('signIn.submit')}
        </Button>
      </Stack>
    </form>
  )
}
