import { Badge, Button, Group, NativeSelect, Switch, Table } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { session } from '@/lib/session'
import { useZone } from '@/lib/shown'
import { ago, moment } from '@/lib/text'
import { personScopes, type Person, type PersonScope } from './queries'

interface RowProps {
  person: Person
  ask: (what: 'link' | 'delete') => void
}

/** PersonRow is somebody who may sign in, with what can be changed about them. */
export function PersonRow({ person, ask }: RowProps) {
  const { t } = useTranslation()
  const zone = useZone()
  const queries = useQueryClient()
  const me = useQuery(session).data?.who.id === person.id
  // The list is read again after a change. Who changes the row once more before that changes what the answer said.
  const saved = useRef(0)
  const change = useWrite(
    (body: { scope?: PersonScope; disabled?: boolean }, key) =>
      data(
        api.PATCH('/v1/people/{id}', {
          params: { path: { id: person.id }, header: { 'Idempotency-Key': key, 'If-Match': `"${Math.max(person.version, saved.current)}"` } },
          body,
        }),
      ),
    ({ version }) => {
      saved.current = version
      void queries.invalidateQueries({ queryKey: ['people'] })
    },
  )
  // Somebody else changed them meanwhile: the row shows that, and is asked to be changed again.
  const again = () => {
    change.clear()
    void queries.invalidateQueries({ queryKey: ['people'] })
  }
  const invited = person.invited_until && new Date(person.invited_until) > new Date() ? person.invited_until : undefined
  return (
    <>
      <Table.Tr>
        <Table.Th scope="row" dir="auto" fw={600}>
          {person.name} {me && <Badge variant="default" tt="none">{t('people.you')}</Badge>}
        </Table.Th>
        <Table.Td dir="auto">{person.email}</Table.Td>
        <Table.Td data-label={t('people.scope')}>
          <NativeSelect
            size="xs"
            miw={144}
            aria-label={t('people.scopeOf', { name: person.name })}
            value={person.scope}
            disabled={change.pending}
            data={personScopes.map((value) => ({ value, label: t(`scopes.${value}.name`) }))}
            onChange={(event) => void change.send({ scope: event.currentTarget.value as PersonScope })}
          />
        </Table.Td>
        <Table.Td data-label={t('people.signedIn')}>
          {person.last_signed_in_at
            ? ago(person.last_signed_in_at)
            : invited
              ? t('people.invited', { time: moment(invited, zone) })
              : t('people.never')}
        </Table.Td>
        <Table.Td data-label={t('people.may')}>
          <Switch
            size="sm"
            aria-label={t('people.mayOf', { name: person.name })}
            label={t(person.disabled ? 'values.no' : 'values.yes')}
            checked={!person.disabled}
            disabled={change.pending}
            onChange={(event) => void change.send({ disabled: !event.currentTarget.checked })}
          />
        </Table.Td>
        <Table.Td>
          <Group gap={4} wrap="nowrap" justify="flex-end">
            {!person.disabled && (
              <Button size="xs" variant="default" aria-label={t('people.linkOf', { name: person.name })} onClick={() => ask('link')}>
                {t('people.link')}
              </Button>
            )}
            <Button size="xs" variant="default" aria-label={t('people.deleteOf', { name: person.name })} onClick={() => ask('delete')}>
              {t('people.delete')}
            </Button>
          </Group>
        </Table.Td>
      </Table.Tr>
      {change.problem && (
        <Table.Tr>
          <Table.Td colSpan={6}>
            <Failure cause={change.problem} retry={again} />
          </Table.Td>
        </Table.Tr>
      )}
    </>
  )
}
