import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import { useDraft } from '@/lib/use-draft'
import { NoteForm } from './note-form'
import { NoteItem } from './note-item'
import styles from './notes.module.css'
import { notes } from './queries'
import type { Person } from './use-record'

/** noteBox names the box of a new note, for the key that leads to it. */
export const noteBox = 'new-note'

/** Notes are the notes about a contact, the pinned ones first, and a box for a new one. */
export function Notes({ person }: { person: Person }) {
  const { t } = useTranslation()
  const may = useMay()
  const read = useInfiniteQuery(notes(person.id))
  const all = (read.data?.pages ?? []).flatMap((page) => page.notes)
  const list = [...all.filter((note) => note.pinned), ...all.filter((note) => !note.pinned)]
  const name = `note-${person.id}`
  const draft = useDraft(name, { text: '' })
  const make = useWrite(
    (text: string, key) =>
      data(
        api.POST('/v1/contacts/{id}/notes', {
          params: { path: { id: person.id }, header: { 'Idempotency-Key': key } },
          body: { text },
        }),
      ),
    () => person.refresh(),
    name,
  )
  return (
    <Stack gap="md">
      {may('writeNotes') && (
        <NoteForm id={noteBox} label={t('profile.notes.new')} draft={draft} write={make} />
      )}
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && Array.from({ length: 3 }, (_, i) => <Skeleton key={i} height={88} />)}
      {read.isSuccess && list.length === 0 && !read.hasNextPage && (
        <div>
          <Text fw={600}>{t('profile.notes.empty')}</Text>
          {may('writeNotes') && <Text c="dimmed">{t('profile.notes.emptyHelp')}</Text>}
        </div>
      )}
      <ul className={styles.list}>
        {list.map((note) => (
          <NoteItem key={note.id} note={note} person={person} />
        ))}
      </ul>
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.more')}
        </Button>
      )}
    </Stack>
  )
}
