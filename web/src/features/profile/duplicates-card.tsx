import { Anchor, Badge, Button, Group, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { nameOf } from '@/components/undo-merge'
import type { Contact } from '@/lib/edits/contact'
import { useFieldLabels } from '@/lib/field-label'
import { useMay } from '@/lib/may'
import { deeper } from '@/lib/way-back'
import { Card } from './card'
import styles from './profile.module.css'
import { similar, type SimilarHit } from './queries'

/** From this probability on two contacts are as good as certainly the same person. */
const certain = 0.95

/** How many reasons are named. */
const mostReasons = 3

/** DuplicatesCard lists who may be the same person, why, and leads to merging them. */
export function DuplicatesCard({ record }: { record: Contact }) {
  const { t } = useTranslation()
  const read = useQuery(similar(record))
  return (
    <Card title={t('profile.duplicates.title')}>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && read.isFetching && <Skeleton height={60} />}
      {(read.data?.hits.length === 0 || (read.isPending && !read.isFetching)) && (
        <Text c="dimmed">{t('profile.duplicates.none')}</Text>
      )}
      <ul className={styles.plain}>
        {read.data?.hits.map((hit) => (
          <Hit key={hit.contact.id} hit={hit} record={record} />
        ))}
      </ul>
    </Card>
  )
}

function Hit({ hit, record }: { hit: SimilarHit; record: Contact }) {
  const { t } = useTranslation()
  const may = useMay()
  const label = useFieldLabels()
  const { contact, reasons, score } = hit
  // The names of fields stand within a sentence. A former value counts as the field that it was of.
  const fieldOf = (field: string) => label(field.replace(/^absorbed\[\d+\]\.|\[\d+\].*$/g, '').replace(/^(email|phone)s$/, '$1')).toLowerCase()
  const said = reasons.slice(0, mostReasons).map(({ field, way }) => t(`profile.duplicates.reasons.${way}`, { field: fieldOf(field) }))
  return (
    <li>
      <Group justify="space-between" wrap="nowrap" align="start" gap={4}>
        <Anchor size="sm" fw={600} dir="auto" renderRoot={(props) => <Link to="/contacts/$id" params={{ id: contact.id }} {...props} />}>
          {nameOf(contact)}
        </Anchor>
        <Badge size="sm" variant="default" tt="none" style={{ flex: 'none' }}>
          {t(score >= certain ? 'profile.duplicates.certain' : 'profile.duplicates.likely')}
        </Badge>
      </Group>
      <Text size="xs" c="dimmed" dir="auto">
        {[contact.email, contact.phone].filter(Boolean).join(' · ')}
      </Text>
      <Text size="xs" c="dimmed">
        {[...new Set(said)].join(', ')}
      </Text>
      {may('mergeAndBlock') && (
        <Button
          size="compact-xs"
          variant="default"
          mt={4}
          aria-label={t('profile.duplicates.mergeOf', { name: nameOf(contact) })}
          renderRoot={(props) => <Link to="/contacts/$id/merge" params={{ id: record.id }} search={{ with: contact.id }} state={deeper} {...props} />}
        >
          {t('profile.duplicates.merge')}
        </Button>
      )}
    </li>
  )
}
