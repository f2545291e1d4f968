import { Center, Group, Loader, Paper, Stack, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { session, signIn, type Session } from '@/lib/session'
import { SignInForm } from './sign-in-form'

/** tokenOf is the token of a one-time link. It stands in the fragment, which no server and no log ever sees. */
export function tokenOf(fragment: string): string | null {
  return new URLSearchParams(fragment.replace(/^#/, '')).get('token')
}

export function SignInPage() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const navigate = useNavigate()
  const { next } = useSearch({ from: '/sign-in' })
  const [token] = useState(() => tokenOf(window.location.hash))
  const [cause, setCause] = useState<unknown>()
  const begun = useRef(false)

  const enter = (made: Session) => {
    queries.clear()
    queries.setQueryData(session.queryKey, made)
    void navigate({ to: next ?? '/', replace: true })
  }

  useEffect(() => {
    if (!token || begun.current) return
    begun.current = true // a link serves once
    window.history.replaceState(window.history.state, '', window.location.pathname + window.location.search)
    signIn({ token }).then(enter, setCause)
  })

  const following = token !== null && cause === undefined
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
