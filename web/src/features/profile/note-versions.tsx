import { Button, Skeleton, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Markdown } from '@/components/markdown'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import styles from './notes.module.css'
import { noteVersions } from './queries'

/** NoteVersions are the texts that a note has had, the newest first, and who wrote each. */
export function NoteVersions({ id }: { id: string }) {
  const { t } = useTranslation()
  const zone = useZone()
  const read = useInfiniteQuery(noteVersions(id))
  const list = (read.data?.pages ?? []).flatMap((page) => page.versions)
  return (
    <section className={styles.versions} aria-label={t('profile.notes.versions')}>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && <Skeleton height={64} />}
      <ol className={styles.list} reversed>
        {list.map(({ n, text, author, at }) => (
          <li key={n} className={styles.version}>
            <Text size="xs" c="dimmed" dir="auto">
              {[t('profile.notes.version', { n }), author ? `${t(`sources.${author.source}`)} · ${author.name}` : '', at ? moment(at, zone) : '']
                .filter(Boolean)
                .join(' · ')}
            </Text>
            <Markdown text={text} />
          </li>
        ))}
      </ol>
      {read.hasNextPage && (
        <Button size="compact-xs" variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.more')}
        </Button>
      )}
    </section>
  )
}
