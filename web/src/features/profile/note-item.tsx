import { Badge, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import { IconPin } from '@tabler/icons-react'
import { Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Markdown } from '@/components/markdown'
import { SourceBadge } from '@/components/source-badge'
import { api, data } from '@/lib/api/client'
import { useWrite, type Write } from '@/lib/edits/use-write'
import { later } from '@/lib/fetched'
import { useMay } from '@/lib/may'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import { drafted, useDraft } from '@/lib/use-draft'
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
  const [editing, setEditing] = useState(() => drafted(draftOf(note)))
  const [asking, setAsking] = useState(false)
  const [versions, setVersions] = useState(false)
  const change = useChange(note, person)
  const pin = () => void change.send({ pinned: !note.pinned, version: note.version })
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
        <EditNote note={note} change={change} close={() => setEditing(false)} />
      ) : (
        <>
          <Markdown text={note.text} />
          {change.problem && <Failure cause={change.problem} retry={pin} />}
          <Group gap={4} mt={4}>
            {may('writeNotes') && (
              <>
                <Button size="compact-xs" variant="subtle" onClick={() => { change.clear(); setEditing(true) }}>
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

/** draftOf names what is typed over the text of a note. */
const draftOf = (note: Note) => `note-text-${note.id}`

/** EditNote changes the text of a note. To save over a newer text than the one that was there takes a word of theirs. */
function EditNote({ note, change, close }: { note: Note; change: Write<Change>; close: () => void }) {
  const { t } = useTranslation()
  // `since` is the version over which somebody began to write.
  const draft = useDraft(draftOf(note), { text: note.text, since: 0 })
  const since = draft.value.since || note.version
  const put = ({ text = '' }: { text?: string }) => draft.put({ text, since: text === note.text ? 0 : since })
  const overtaken = change.problem?.status === 412
  return (
    <>
      {overtaken && (
        <Stack gap={6} role="alert" mb="sm">
          <Text size="sm" c="var(--k-danger)">
            {t('profile.notes.changed')}
          </Text>
          <Markdown text={note.text} />
          <Group gap={4}>
            <Button size="compact-xs" onClick={() => { draft.put({ since: note.version }); change.clear() }}>
              {t('profile.notes.overwrite')}
            </Button>
            <Button size="compact-xs" variant="default" onClick={() => { draft.discard(); change.clear(); close() }}>
              {t('profile.notes.discard')}
            </Button>
          </Group>
        </Stack>
      )}
      <NoteForm
        id={draftOf(note)}
        label={t('profile.notes.text')}
        draft={{ ...draft, put, saved: draft.discard }}
        write={{ ...change, send: (text: string) => change.send({ text, version: since }) }}
        close={close}
      />
    </>
  )
}

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
