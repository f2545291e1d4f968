import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { allows } from '@/lib/scopes'
import { session } from '@/lib/session'
import styles from './find.module.css'

/** draftOf guesses what somebody has typed: an e-mail, a phone number or a name. */
export function draftOf(words: string): { email: string } | { phone: string } | { name: string } {
  const text = words.trim()
  if (/^\S+@\S+$/.test(text)) return { email: text }
  if (/^\+?[\d\s().-]{6,}$/.test(text)) return { phone: text }
  return { name: text }
}

/** Nobody stands where no person is found: who it may be all the same, and how to make them. */
export function Nobody({ words }: { words: string }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const scope = useQuery(session).data?.who.scope
  const draft = draftOf(words)
  const similar = useQuery({
    queryKey: ['contacts', 'similar', draft],
    queryFn: ({ signal }) => data(api.POST('/v1/contacts/similar', { body: { ...draft, limit: 5 }, signal })),
    enabled: words.trim().length > 2,
  })
  const create = useWrite(
    (body: ReturnType<typeof draftOf>, key) => data(api.POST('/v1/contacts', { params: { header: { 'Idempotency-Key': key } }, body })),
    (made) => void navigate({ to: '/contacts/$id', params: { id: made.id } }),
    'new-contact',
  )
  const close = similar.data?.hits ?? []
  return (
    <Stack className={styles.empty} align="flex-start">
      <div>
        <Text fw={600}>{t('find.nobody')}</Text>
        <Text c="dimmed">{t('find.nobodyHelp')}</Text>
      </div>
      {close.length > 0 && (
        <div>
          <Text size="sm">{t('find.maybe')}</Text>
          <ul>
            {close.map(({ contact }) => (
              <li key={contact.id}>
                <Anchor component={Link} to={`/contacts/${contact.id}`} dir="auto">
                  {contact.name || contact.email || contact.phone || t('find.unnamed')}
                </Anchor>
              </li>
            ))}
          </ul>
        </div>
      )}
      {words.trim() && scope && allows(scope, 'writeContacts') && (
        <Button variant="default" loading={create.pending} onClick={() => void create.send(draft)}>
          {t('find.create', { words: words.trim() })}
        </Button>
      )}
      {create.problem && <Failure cause={create.problem} />}
    </Stack>
  )
}
