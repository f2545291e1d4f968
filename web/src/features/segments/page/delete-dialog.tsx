import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api } from '@/lib/api/client'
import { useMutation } from '@/lib/edits/use-mutation'
import type { Segment } from '../queries'

/** DeleteDialog asks before a segment is deleted for good. */
export function DeleteDialog({ segment, close }: { segment: Segment; close: () => void }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const remove = useMutation({
    mutationFn: () => api.DELETE('/v1/segments/{id}', { params: { path: { id: segment.id } } }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: ['segments', 'list'] })
      void navigate({ to: '/segments' })
    },
  })
  return (
    <Modal opened onClose={close} title={t('segments.page.deleteTitle')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Text size="sm">{t('segments.page.deleteText', { name: segment.name })}</Text>
        {remove.isError && <Failure cause={remove.error} />}
        <Group justify="flex-end">
          <Button data-autofocus variant="default" onClick={close}>
            {t('app.cancel')}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {t('segments.page.delete')}
          </Button>
        </Group>
      </Stack>
    </Modal>
  )
}
