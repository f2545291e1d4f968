import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import type { Segment } from '../queries'

/** DeleteDialog asks before a segment is deleted for good. */
export function DeleteDialog({ segment, close }: { segment: Segment; close: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const remove = useWrite(
    (id: string, key) => api.DELETE('/v1/segments/{id}', { params: { path: { id }, header: { 'Idempotency-Key': key } } }),
    () => {
      void queries.invalidateQueries({ queryKey: ['segments', 'list'] })
      void navigate({ to: '/segments' })
    },
  )
  return (
    <Modal opened onClose={close} title={t('segments.page.deleteTitle')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Text size="sm">{t('segments.page.deleteText', { name: segment.name })}</Text>
        {remove.problem && <Failure cause={remove.problem} />}
        <Group justify="flex-end">
          <Button data-autofocus variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button color="red" loading={remove.pending} onClick={() => void remove.send(segment.id)}>
            {t('segments.page.delete')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
