import { Anchor, Center, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { session, signIn, type Session } from '@/lib/session'
import { stored } from '@/lib/stored'
import { SignInForm } from './sign-in-form'

/** tokenOf is the token of a one-time link. It stands in the fragment, which no server and no log ever sees. */
export function tokenOf(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('token')
}

/** tellOfPassword tells somebody whose link has served that a password is the way in from now on, once in this browser. */
function tellOfPassword(t: TFunction, person: string): void {
  const told = `told-of-password-${person}`
  if (stored.get(told)) return
  stored.set(told, 'yes')
  notifications.show({
    autoClose: false,
    closeButtonProps: { 'aria-label': t('app.close') },
    message: (
      <>
        {t('signIn.noPassword')} <Anchor href="/settings#password">{t('nav.setPassword')}</Anchor>
      </>
    ),
  })
}

export function SignInPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-in' })
  const [following, setFollowing] = useState(() => tokenOf(window.location.hash) !== null)
  const [cause, setCause] = useState<unknown>()

  const enter = (made: Session) => {
    queries.clear()
    queries.setQueryData(session.queryKey, made)
    void navigate({ to: next ?? '/', replace: true })
  }

  useEffect(() => {
    const follow = () => {
      const token = tokenOf(window.location.hash)
      if (token === null) return
      window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search) // a link serves once
      setCause(undefined)
      setFollowing(true)
      const entered = (made: Session) => {
        enter(made)
        if (made.who.kind === 'person' && !made.who.has_password) tellOfPassword(t, made.who.id)
      }
      signIn({ token }).then(entered, (thrown: unknown) => {
        setCause(thrown)
        setFollowing(false)
      })
    }
    follow()
    // A link that is pasted over this page changes the fragment only, so the page is not loaded again.
    window.addEventListener('hashchange', follow)
    return () => window.removeEventListener('hashchange', follow)
  }, [])

  return (
    <Center component="main" mih="100dvh" p="lg">
      <Paper withBorder p="xl" w={400} maw="100%">
        <Stack>
          <Group gap="sm" wrap="nowrap">
            <img src="/icon.svg" alt="" width={28} height={28} />
            <Title order={1}>{t('signIn.title')}</Title>
          </Group>
          {cause !== undefined && <Failure cause={cause} />}
          {following ? (
            <Stack align="center" py="xl">
              <Loader size="sm" aria-hidden />
              <Text role="status">{t('signIn.link')}</Text>
            </Stack>
          ) : (
            <SignInForm done={enter} />
          )}
        </Stack>
      </Paper>
    </Center>
  )
}
