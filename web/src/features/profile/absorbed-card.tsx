import { Button, Group, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { nameOf, undoMerge } from '@/components/undo-merge'
import type { Contact } from '@/lib/edits/contact'
import { useMay } from '@/lib/may'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import { Card } from './card'
import styles from './profile.module.css'

/** AbsorbedCard lists the contacts that were merged into this one, the newest first, each with the way back. */
export function AbsorbedCard({ record }: { record: Contact }) {
  const { t } = useTranslation()
  const may = useMay()
  const zone = useZone()
  const queries = useQueryClient()
  const [pending, setPending] = useState('')
  const list = [...(record.absorbed ?? [])].reverse()
  if (list.length === 0) return null
  return (
    <Card title={t('profile.absorbedList.title')}>
      <ul className={styles.plain}>
        {list.map((one) => (
          <li key={one.id}>
            <Group justify="space-between" wrap="nowrap" gap={4}>
              <Text size="sm" dir="auto">
                {nameOf(one)}
              </Text>
              {one.merge_id && may('mergeAndBlock') && (
                <Button
                  size="compact-xs"
                  variant="default"
                  loading={pending === one.merge_id}
                  aria-label={t('profile.absorbedList.undoOf', { name: nameOf(one) })}
                  onClick={() => {
                    setPending(one.merge_id!)
                    void undoMerge(queries, one.merge_id!, record.id).finally(() => setPending(''))
                  }}
                >
                  {t('profile.absorbedList.undo')}
                </Button>
              )}
            </Group>
            <Text size="xs" c="dimmed" dir="auto">
              {[...(one.name && one.email ? [one.email] : []), ...(one.merged_at ? [moment(one.merged_at, zone)] : [])].join(' · ')}
            </Text>
          </li>
        ))}
      </ul>
    </Card>
  )
}
