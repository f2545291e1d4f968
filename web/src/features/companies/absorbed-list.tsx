import { Button, Group, Text, Title } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Company } from '@/lib/edits/company'
import { useMay } from '@/lib/may'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import styles from './companies.module.css'
import { undoCompanyMerge } from './undo'

/** AbsorbedList has the companies that were merged into this one, the newest first, each with the way back. */
export function AbsorbedList({ record }: { record: Company }) {
  const { t } = useTranslation()
  const may = useMay()
  const zone = useZone()
  const queries = useQueryClient()
  const [pending, setPending] = useState('')
  const list = [...(record.absorbed ?? [])].reverse()
  if (list.length === 0) return null
  return (
    <section aria-labelledby="absorbed">
      <Title order={2} id="absorbed">
        {t('companies.absorbedList')}
      </Title>
      <ul className={styles.plain}>
        {list.map(({ id, name, merge_id: merge, merged_at: at }) => (
          <li key={id}>
            <Group justify="space-between" wrap="nowrap" gap={4}>
              <Text size="sm" dir="auto">
                {name ?? id}
              </Text>
              {merge && may('mergeAndBlock') && (
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={pending === merge}
                  aria-label={t('profile.absorbedList.undoOf', { name: name ?? id })}
                  onClick={() => {
                    setPending(merge)
                    void undoCompanyMerge(queries, merge).finally(() => setPending(''))
                  }}
                >
                  {t('profile.absorbedList.undo')}
                </Button>
              )}
            </Group>
            {at && (
              <Text size="xs" c="dimmed">
                {moment(at, zone)}
              </Text>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}
