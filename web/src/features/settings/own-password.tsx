import { Button, Group, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useLocation } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data, isProblem } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { session, type Session } from '@/lib/session'

/**
 * OwnPassword sets the password of the person who has signed in. A key has none, so it shows nothing then. Who comes by
 * #password finds the caret in it.
 */
export function OwnPassword() {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const who = useQuery(session).data?.who
  const [typed, setTyped] = useState({ current: '', password: '' })
  const save = useWrite(
    ({ current, password }: typeof typed) =>
      data(api.PUT('/v1/session/password', { body: { password, ...(current && { current_password: current }) } })),
    (made) => {
      queries.setQueryData(session.queryKey, made as Session)
      setTyped({ current: '', password: '' })
      notifications.show({ message: t('settings.password.saved') })
    },
  )
  const form = useRef<HTMLFormElement>(null)
  const step = useLocation({ select: ({ hash, state }) => (hash === 'password' ? state.__TSR_key : undefined) })
  const shown = who?.kind === 'person'
  useEffect(() => {
    if (step && shown) form.current?.querySelector<HTMLInputElement>('input:not([hidden])')?.focus()
  }, [step, shown])
  if (who?.kind !== 'person') return null
  const fault = (field: string) => (isProblem(save.problem) ? save.problem.at(field) : undefined)
  return (
    <section aria-labelledby="you">
      <Title order={2} id="you" mb="md">
        {t('settings.you')}
      </Title>
      <form
        ref={form}
        onSubmit={(event) => {
          event.preventDefault()
          void save.send(typed)
        }}
      >
        <Stack gap="lg" maw={560}>
          <div>
            <Title order={3}>
              {t(who.has_password ? 'settings.password.change' : 'settings.password.set')}
            </Title>
            <Text size="sm" c="dimmed">
              {t('settings.password.help', { email: who.email ?? '' })}
            </Text>
          </div>
          <input type="text" name="email" autoComplete="username" value={who.email ?? ''} readOnly hidden />
          {who.has_password && (
            <PasswordInput
              label={t('settings.password.current')}
              autoComplete="current-password"
              required
              value={typed.current}
              onChange={(event) => setTyped({ ...typed, current: event.currentTarget.value })}
              error={fault('current_password')}
            />
          )}
          <PasswordInput
            label={t('settings.password.new')}
            description={t('settings.password.newHelp')}
            autoComplete="new-password"
            required
            value={typed.password}
            onChange={(event) => setTyped({ ...typed, password: event.currentTarget.value })}
            error={fault('password')}
          />
          {save.problem && !fault('password') && !fault('current_password') && <Failure cause={save.problem} />}
          <Group>
            <Button type="submit" variant="default" loading={save.pending} disabled={typed.password === ''}>
              {t('settings.password.save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </section>
  )
}
