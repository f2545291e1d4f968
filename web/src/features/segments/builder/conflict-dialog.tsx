import { Button, Group, Modal, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { Group as Filter } from '@/lib/filter/types'
import { printed, versions, type Segment } from '../queries'
import styles from './builder.module.css'

interface Props {
  theirs: Segment
  mine: { name: string; filter: Filter }
  close: () => void
  overwrite: () => void
  take: () => void
  copy: (() => void) | undefined
}

/** ConflictDialog shows what somebody else has saved meanwhile beside what is to be saved, and asks what to do. */
export function ConflictDialog({ theirs, mine, close, overwrite, take, copy }: Props) {
  const { t } = useTranslation()
  const own = useQuery(printed(mine.filter))
  const changes = useQuery(versions(theirs.id))
  const newest = changes.data?.versions[0]
  return (
    <Modal opened onClose={close} size="lg" title={t('segments.conflict.title')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <Text size="sm">{t('segments.conflict.text', { name: theirs.updated_by?.name ?? '' })}</Text>
        <section>
          <Title order={3}>{t('segments.conflict.theirs')}</Title>
          <p dir="auto">{theirs.name}</p>
          <p className={styles.reading}>{theirs.reading}</p>
          {(newest?.difference ?? []).length > 0 && (
            <ul>
              {newest?.difference.map((line) => (
                <li key={line} dir="auto">
                  {line}
                </li>
              ))}
            </ul>
          )}
        </section>
        <section>
          <Title order={3}>{t('segments.conflict.mine')}</Title>
          <p dir="auto">{mine.name}</p>
          <p className={styles.reading}>{own.data?.reading ?? '…'}</p>
        </section>
        {changes.isError && <Failure cause={changes.error} retry={() => void changes.refetch()} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={take}>
            {t('segments.conflict.take')}
          </Button>
          {copy && (
            <Button variant="default" onClick={copy}>
              {t('segments.conflict.copy')}
            </Button>
          )}
          <Button onClick={overwrite}>{t('segments.conflict.overwrite')}</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
