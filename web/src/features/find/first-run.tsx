import './first-run-texts'
import { Anchor, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core'
import { Link, useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyLine } from '@/components/copy-line'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import { useDraft } from '@/lib/use-draft'
import styles from './first-run.module.css'
import { draftOf } from './nobody'

/** FirstRun stands in Find as long as there is nobody at all: the ways from nothing to the first people. */
export function FirstRun() {
  const { t } = useTranslation()
  const may = useMay()
  const request = [
    `curl -s -X POST ${window.location.origin}/v1/contacts \\`,
    `  -H "Authorization: Bearer $KEY" -H 'Content-Type: application/json' \\`,
    `  -d '{"name": "Amina Otieno", "email": "amina@example.org"}'`,
  ].join('\n')
  return (
    <div className={styles.page}>
      <Title order={2} className={styles.title}>
        {t('firstRun.title')}
      </Title>
      <Text c="dimmed">{t('firstRun.about')}</Text>
      <ol className={styles.ways}>
        {may('writeContacts') && (
          <Way title={t('firstRun.person')} about={t('firstRun.personAbout')}>
            <FirstPerson />
          </Way>
        )}
        <Way title={t('firstRun.import')} about={t('firstRun.importAbout')}>
          <CopyLine line="kundi import people.csv --dry-run" about={t('firstRun.tryImport')} />
          <CopyLine line="kundi import people.csv" about={t('firstRun.import')} />
        </Way>
        <Way title={t('firstRun.program')} about={t('firstRun.programAbout')}>
          {may('readKeys') ? <To path="/keys">{t('firstRun.toKeys')}</To> : <Text size="sm">{t('firstRun.askKey')}</Text>}
          <CopyLine line={request} about={t('firstRun.program')} />
        </Way>
        {may('writeAttributes') && (
          <Way title={t('firstRun.attributes')} about={t('firstRun.attributesAbout')}>
            <To path="/attributes">{t('firstRun.toAttributes')}</To>
          </Way>
        )}
        <Way title={t('firstRun.sample')} about={t('firstRun.sampleAbout')}>
          <CopyLine line="kundi demo" about={t('firstRun.sample')} />
        </Way>
      </ol>
    </div>
  )
}

function Way({ title, about, children }: { title: string; about: string; children: ReactNode }) {
  return (
    <li className={styles.way}>
      <Stack gap="sm">
        <div>
          <Title order={3}>{title}</Title>
          <Text size="sm" c="dimmed">
            {about}
          </Text>
        </div>
        {children}
      </Stack>
    </li>
  )
}

function To({ path, children }: { path: '/keys' | '/attributes'; children: ReactNode }) {
  return (
    <Anchor size="sm" component={Link} to={path}>
      {children}
    </Anchor>
  )
}

/** FirstPerson makes a contact of a name, an e-mail or a phone number, and opens it. */
function FirstPerson() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const draft = useDraft('first-person', { text: '' })
  const { text } = draft.value
  const make = useWrite(
    (body: ReturnType<typeof draftOf>, key) =>
      data(api.POST('/v1/contacts', { params: { header: { 'Idempotency-Key': key } }, body })),
    (made) => {
      draft.discard()
      void navigate({ to: '/contacts/$id', params: { id: made.id } })
    },
    'first-person',
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (text.trim()) void make.send(draftOf(text))
      }}
    >
      <Stack gap="sm">
        <Restored draft={draft} />
        <Group gap="sm" align="end">
          <TextInput
            label={t('firstRun.who')}
            dir="auto"
            className={styles.who}
            value={text}
            onChange={(event) => draft.put({ text: event.currentTarget.value })}
          />
          <Button type="submit" loading={make.pending} disabled={text.trim() === ''}>
            {t('firstRun.make')}
          </Button>
        </Group>
        {make.problem && <Failure cause={make.problem} />}
      </Stack>
    </form>
  )
}
