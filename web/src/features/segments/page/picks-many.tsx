import { Button, FileButton, Select } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { useMutation } from '@/lib/edits/use-mutation'
import { number } from '@/lib/text'
import { segments, type Segment } from '../queries'
import { addFile, addSegment, type Outcome } from './picks-queries'
import styles from './segment.module.css'

/** How many lines that name nobody are told. */
const toldRejects = 10

/** AddMany adds the people of a file or of another segment. */
export function AddMany({ segment }: { segment: Segment }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [from, setFrom] = useState<string | null>(null)
  const others = useQuery(segments())
  const add = useMutation({
    mutationFn: (source: File | string) => (typeof source === 'string' ? addSegment(segment.id, source) : addFile(segment.id, source)),
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey: [noun] }) => noun === 'segments' || noun === 'contacts' }),
  })
  return (
    <>
      <div className={styles.many}>
        <FileButton accept=".csv,.txt,text/csv,text/plain" onChange={(file) => file && add.mutate(file)} key={add.submittedAt}>
          {(props) => (
            <Button variant="default" loading={add.isPending} {...props}>
              {t('segments.picks.file')}
            </Button>
          )}
        </FileButton>
        <Select
          label={t('segments.picks.segment')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('search.clear') }}
          data={(others.data ?? []).filter(({ id }) => id !== segment.id).map(({ id, name }) => ({ value: id, label: name }))}
          value={from}
          onChange={setFrom}
        />
        <Button variant="default" disabled={!from} loading={add.isPending} onClick={() => from && add.mutate(from)}>
          {t('segments.picks.addSegment')}
        </Button>
      </div>
      <p className={styles.muted}>{t('segments.picks.fileHelp')}</p>
      {add.isError && <Failure cause={add.error} />}
      {add.data && <Told outcome={add.data} />}
    </>
  )
}

function Told({ outcome }: { outcome: Outcome }) {
  const { t } = useTranslation()
  const { added, matched, lines, rejects = [] } = outcome
  const wrong = (lines ?? 0) - (matched ?? 0)
  return (
    <div role="status">
      <p>{t('segments.picks.told', { added: number(added), matched: number(matched ?? added) })}</p>
      {wrong > 0 && <p className={styles.bad}>{t('segments.picks.rejects', { count: wrong, number: number(wrong) })}</p>}
      {rejects.length > 0 && (
        <ul className={styles.muted}>
          {rejects.slice(0, toldRejects).map(({ line, detail }) => (
            <li key={line}>{t('segments.picks.reject', { line, detail })}</li>
          ))}
        </ul>
      )}
    </div>
  )
}
