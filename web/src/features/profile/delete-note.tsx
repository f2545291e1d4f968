import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Note } from './queries'
import type { Person } from './use-record'

/** DeleteNote asks before a note is deleted, which nobody can take back. */
export function DeleteNote({ note, person, close }: { note: Note; person: Person; close: () => void }) {
  const { t } = useTranslation()
  const remove = useWrite(
    (_: null, key) => api.DELETE('/v1/notes/{id}', { params: { path: { id: note.id }, header: { 'Idempotency-Key': key } } }),
    () => {
      person.refresh()
      close()
    },
  )
  return (
    <Modal opened onClose={close} title={t('profile.notes.delete')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Text size="sm">{t('profile.notes.deleteAsk')}</Text>
        {remove.problem && <Failure cause={remove.problem} />}
        <Group justify="flex-end">
          <Button variant="default" data-autofocus onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button color="red" loading={remove.pending} onClick={() => void remove.send(null)}>
            {t('profile.notes.deleteYes')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
