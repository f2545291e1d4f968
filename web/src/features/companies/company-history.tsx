import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ChangeList } from '@/components/change-list'
import { Failure } from '@/components/failure'
import { useFieldLabels } from '@/lib/field-label'
import { useZone } from '@/lib/shown'
import { ago, moment } from '@/lib/text'
import styles from './companies.module.css'
import { history } from './queries'

/** CompanyHistory is who changed what of a company, the newest first. */
export function CompanyHistory({ id }: { id: string }) {
  const { t } = useTranslation()
  const label = useFieldLabels('company')
  const zone = useZone()
  const read = useInfiniteQuery(history(id))
  const entries = (read.data?.pages ?? []).flatMap((page) => page.entries)
  if (read.isError) return <Failure cause={read.error} retry={() => void read.refetch()} />
  if (read.isPending) return <Skeleton height={320} />
  return (
    <Stack gap="md">
      {entries.length === 0 && <Text c="dimmed">{t('companies.noHistory')}</Text>}
      <ol className={styles.plain}>
        {entries.map(({ seq, at, op, author, changes }) => (
          <li key={seq}>
            <div className={styles.entry}>
              <strong>{t(`companies.ops.${op}`)}</strong>
              <span className={styles.muted} dir="auto">
                {[...(author.source ? [t(`sources.${author.source as 'agent'}`)] : []), author.name].filter(Boolean).join(' · ')}
              </span>
              <time className={styles.muted} dateTime={at} title={ago(at)}>
                {moment(at, zone)}
              </time>
            </div>
            <ChangeList entity="company" label={label} changes={changes.filter(({ field }) => field !== 'absorbed')} />
          </li>
        ))}
      </ol>
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.more')}
        </Button>
      )}
    </Stack>
  )
}
