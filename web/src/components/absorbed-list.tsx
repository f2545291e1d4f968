import { Button, Group, Text } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/lib/may'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import styles from './absorbed-list.module.css'
import { nameOf, undoMerge, type Merge } from './undo-merge'

/** Absorbed is a record that was merged into another one. */
interface Absorbed {
  id: string
  name?: string
  email?: string
  phone?: string
  identifier?: string
  merge_id?: string
  merged_at?: string
}

/** AbsorbedList has the records that were merged into this one, the newest first, each with the way back. */
export function AbsorbedList({ kind, survivor, absorbed }: { kind: Merge['kind']; survivor: string; absorbed: readonly Absorbed[] }) {
  const { t } = useTranslation()
  const may = useMay()
  const zone = useZone()
  const queries = useQueryClient()
  const [pending, setPending] = useState('')
  return (
    <ul className={styles.list}>
      {[...absorbed].reverse().map((one) => (
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
                  void undoMerge(queries, { kind, id: one.merge_id!, survivor }).finally(() => setPending(''))
                }}
              >
                {t('profile.absorbedList.undo')}
              </Button>
            )}
          </Group>
          <Text size="xs" c="dimmed" dir="auto">
            {[one.email, one.phone, one.identifier, one.merged_at && moment(one.merged_at, zone)].filter((text) => text && text !== nameOf(one)).join(' · ')}
          </Text>
        </li>
      ))}
    </ul>
  )
}
