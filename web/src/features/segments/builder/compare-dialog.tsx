import { Modal, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { Group } from '@/lib/filter/types'
import { number } from '@/lib/text'
import { printed, type Segment } from '../queries'
import styles from './builder.module.css'
import { Difference } from './results'
import type { Counted } from './use-live'

/** CompareDialog shows what is saved beside what is built now. */
export function CompareDialog({ segment, filter, counted, close }: { segment: Segment; filter: Group; counted: Counted; close: () => void }) {
  const { t } = useTranslation()
  const mine = useQuery(printed(filter))
  const difference = counted.data?.difference
  return (
    <Modal opened onClose={close} size="lg" title={t('segments.builder.compare')} closeButtonProps={{ 'aria-label': t('app.close') }}>
      <Stack>
        <section>
          <Title order={3}>{t('segments.compare.saved')}</Title>
          <p className={styles.reading}>{segment.reading}</p>
        </section>
        <section>
          <Title order={3}>{t('segments.compare.now')}</Title>
          <p className={styles.reading}>{mine.data?.reading === segment.reading ? t('segments.compare.same') : (mine.data?.reading ?? '…')}</p>
        </section>
        {difference && (
          <Text size="sm">
            <Difference {...difference} />
          </Text>
        )}
        {counted.sent.unfinished.length > 0 && (
          <Text size="sm">{t('segments.count.without', { count: counted.sent.unfinished.length, number: number(counted.sent.unfinished.length) })}</Text>
        )}
      </Stack>
    </Modal>
  )
}
