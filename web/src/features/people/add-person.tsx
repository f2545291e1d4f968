import { Button, Group, Modal, Radio, Stack, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { useDraft } from '@/lib/use-draft'
import { LinkOnce } from './link-once'
import { personScopes, type Person, type PersonScope } from './queries'
import { useInvite } from './use-invite'

/** AddPerson asks who it is and what they may do, makes them, and shows their link once. */
export function AddPerson({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [made, setMade] = useState<Person>()
  const draft = useDraft<{ name: string; email: string; scope: PersonScope }>('new-person', { name: '', email: '', scope: 'agent' })
  const { name, email, scope } = made ?? draft.value
  const invite = useInvite()
  const make = useWrite(
    (body: { name: string; email: string; scope: PersonScope }, key) =>
      data(api.POST('/v1/people', { params: { header: { 'Idempotency-Key': key } }, body })),
    (person) => {
      setMade(person)
      draft.discard()
      void queries.invalidateQueries({ queryKey: ['people'] })
      void invite.send(person.id)
    },
    'new-person',
  )
  const cancel = () => {
    draft.discard()
    close()
  }
  const fault = (field: string) => make.problem?.at(field)
  return (
    <Modal
      opened
      onClose={close}
      title={t('people.invite')}
      size="lg"
      closeOnClickOutside={!invite.link}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      {made && invite.link ? (
        <LinkOnce name={made.name} link={invite.link.path} until={invite.link.until} close={close} />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault()
            if (made) void invite.send(made.id)
            else void make.send({ name: name.trim(), email: email.trim(), scope })
          }}
        >
          <Stack>
            <Restored draft={draft} />
            <TextInput
              label={t('people.name')}
              description={t('people.nameHelp')}
              required
              data-autofocus
              dir="auto"
              maxLength={100}
              readOnly={made !== undefined}
              value={name}
              onChange={(event) => draft.put({ name: event.currentTarget.value })}
              error={fault('name')}
            />
            <TextInput
              label={t('people.email')}
              description={t('people.emailHelp')}
              required
              inputMode="email"
              autoComplete="off"
              maxLength={254}
              readOnly={made !== undefined}
              value={email}
              onChange={(event) => draft.put({ email: event.currentTarget.value })}
              error={fault('email')}
            />
            <Radio.Group label={t('people.scope')} value={scope} onChange={(value) => draft.put({ scope: value as PersonScope })}>
              <Stack gap="sm" mt="xs">
                {personScopes.map((one) => (
                  <Radio key={one} value={one} disabled={made !== undefined} label={t(`scopes.${one}.name`)} description={t(`scopes.${one}.may`)} />
                ))}
              </Stack>
            </Radio.Group>
            {(make.problem ?? invite.problem) && <Failure cause={make.problem ?? invite.problem} atFields={/^(name|email)$/} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={cancel}>
                {t('app.cancel')}
              </Button>
              <Button type="submit" loading={make.pending || invite.pending} disabled={name.trim() === '' || email.trim() === ''}>
                {t('people.makeLink')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  )
}
