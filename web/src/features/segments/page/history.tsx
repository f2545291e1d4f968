import { Badge, Button, Skeleton } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { api, data } from '@/lib/api/client'
import { useWrite } from '@/lib/edits/use-write'
import { moment } from '@/lib/text'
import { versions, type Segment } from '../queries'
import styles from './segment.module.css'

/** History is what the segment was, who changed it, and how to bring it back. */
export function History({ segment, zone, mayWrite }: { segment: Segment; zone: string; mayWrite: boolean }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const found = useQuery(versions(segment.id))
  const [wanted, setWanted] = useState(0)
  const read = () => void queries.invalidateQueries({ queryKey: ['segments'] })
  const restore = useWrite(({ n, version }: { n: number; version: number }, key) => {
    const header = { 'If-Match': `"${version}"`, 'Idempotency-Key': key }
    return data(api.POST('/v1/segments/{id}/versions/{n}/restore', { params: { path: { id: segment.id, n: String(n) }, header } })).catch((cause: unknown) => {
      read() // after a 412, to show what is there now
      throw cause
    })
  }, read)
  if (found.isError) return <Failure cause={found.error} retry={() => void found.refetch()} />
  if (!found.data) return <Skeleton height={240} />
  return (
    <>
      {restore.problem && <Failure cause={restore.problem} />}
      <ol className={styles.versions} reversed>
        {found.data.versions.map(({ n, at, author, name, reading, difference }, row) => (
          <li key={n} className={styles.version}>
            <div className={styles.bar}>
              <span>
                <strong>{t('segments.history.version', { n })}</strong>{' '}
                <span className={styles.muted} dir="auto">
                  {moment(at, zone)} {author?.name ?? ''}
                </span>
              </span>
              {row === 0 ? (
                <Badge variant="default">{t('segments.history.present')}</Badge>
              ) : (
                mayWrite && (
                  <Button
                    size="compact-sm"
                    variant="default"
                    aria-label={`${t('segments.history.restore')}, ${t('segments.history.version', { n })}`}
                    loading={restore.pending && wanted === n}
                    onClick={() => {
                      setWanted(n)
                      void restore.send({ n, version: segment.version })
                    }}
                  >
                    {t('segments.history.restore')}
                  </Button>
                )
              )}
            </div>
            {name !== segment.name && <p dir="auto">{t('segments.history.named', { name })}</p>}
            <p className={styles.reading} dir="auto">
              {reading}
            </p>
            {difference.length > 0 && (
              <ul className={styles.muted}>
                {difference.map((line) => (
                  <li key={line} dir="auto">
                    {line}
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ol>
    </>
  )
}
