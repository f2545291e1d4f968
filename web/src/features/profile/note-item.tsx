import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconPin } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Markdown } from '@/components/markdown'
import { SourceBadge } from '@/components/source-badge'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { later } from '@/lib/fetched'
import { useMay } from '@/lib/may'
import { useZone } from '@/lib/shown'
import { drafts } from '@/lib/stored'
import { moment } from '@/lib/text'
import { NoteForm } from './note-form'
import styles from './notes.module.css'
import type { Note } from './queries'
import type { Person } from './use-record'

// Seldom wanted.
const DeleteNote = later(async () => (await import('./delete-note')).DeleteNote)
const NoteVersions = later(async () => (await import('./note-versions')).NoteVersions)

/** NoteItem is a note, with what may be done with it. */
export function NoteItem({ note, person }: { note: Note; person: Person }) {
  const { t } = useTranslation()
  const may = useMay()
  const zone = useZone()
  const kept = `note-text-${note.id}`
  const [editing, setEditing] = useState(() => drafts.get(kept) !== null)
  const [asking, setAsking] = useState(false)
  const [versions, setVersions] = useState(false)
  // What the note was when somebody began to write: to save over a newer text takes a word of theirs.
  const [base, keepBase] = useState(() => Number(drafts.get(`${kept}-base`) ?? note.version))
  const setBase = (version: number) => {
    drafts.set(`${kept}-base`, String(version))
    keepBase(version)
  }
  const change = useChange(note, person)
  const pin = () => void change.send({ pinned: !note.pinned, version: note.version })
  const edit = () => {
    setBase(note.version)
    change.clear()
    setEditing(true)
  }
  return (
    <li className={styles.note} data-pinned={note.pinned}>
      <Group gap="sm" mb={4}>
        <SourceBadge origin={{ ...note.author, at: note.created_at }} about={t('profile.timeline.note')} />
        <Text size="xs" c="dimmed" dir="auto">
          {note.author.name} · {moment(note.created_at, zone)}
        </Text>
        {note.pinned && (
          <Badge size="sm" variant="default" tt="none" leftSection={<IconPin size={10} aria-hidden />}>
            {t('profile.notes.pinned')}
          </Badge>
        )}
      </Group>
      {editing ? (
        <>
          {change.problem?.status === 412 && (
            <Stack gap={6} role="alert" mb="sm">
              <Text size="sm" c="var(--k-danger)">
                {t('profile.notes.changed')}
              </Text>
              <Markdown text={note.text} />
              <Group gap={4}>
                <Button size="compact-xs" onClick={() => { setBase(note.version); change.clear() }}>
                  {t('profile.notes.overwrite')}
                </Button>
                <Button size="compact-xs" variant="default" onClick={() => { drafts.forget(kept); change.clear(); setEditing(false) }}>
                  {t('profile.notes.discard')}
                </Button>
              </Group>
            </Stack>
          )}
          <NoteForm
            id={kept}
            label={t('profile.notes.text')}
            kept={kept}
            first={drafts.get(kept) ?? note.text}
            write={{ ...change, send: (text: string) => change.send({ text, version: base }) }}
            close={() => setEditing(false)}
          />
        </>
      ) : (
        <>
          <Markdown text={note.text} />
          {change.problem && <Failure cause={change.problem} retry={pin} />}
          <Group gap={4} mt={4}>
            {may('writeNotes') && (
              <>
                <Button size="compact-xs" variant="subtle" onClick={edit}>
                  {t('profile.notes.edit')}
                </Button>
                <Button size="compact-xs" variant="subtle" loading={change.pending} onClick={pin}>
                  {t(note.pinned ? 'profile.notes.unpin' : 'profile.notes.pin')}
                </Button>
                <Button size="compact-xs" variant="subtle" color="red" onClick={() => setAsking(true)}>
                  {t('profile.notes.delete')}
                </Button>
              </>
            )}
            {note.updated_at !== note.created_at && (
              <Button size="compact-xs" variant="subtle" aria-expanded={versions} onClick={() => setVersions(!versions)}>
                {t('profile.notes.versions')}
              </Button>
            )}
          </Group>
          {versions && (
            <Suspense fallback={<Skeleton height={64} />}>
              <NoteVersions id={note.id} />
            </Suspense>
          )}
        </>
      )}
      {asking && (
        <Suspense>
          <DeleteNote note={note} person={person} close={() => setAsking(false)} />
        </Suspense>
      )}
    </li>
  )
}

type Change = { text?: string; pinned?: boolean; version: number }

function useChange(note: Note, person: Person) {
  return useWrite(
    ({ version, ...body }: Change, key) =>
      data(
        api.PATCH('/v1/notes/{id}', {
          params: { path: { id: note.id }, header: { 'If-Match': `"${version}"`, 'Idempotency-Key': key } },
          body,
        }),
      ).catch((cause: unknown) => {
        person.refresh() // after a 412, to show what is there now
        throw cause
      }),
    () => person.refresh(),
  )
}
