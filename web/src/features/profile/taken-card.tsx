import { Button, Group, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import styles from '@/components/fields/field.module.css'
import { useMay } from '@/lib/may'
import { contact } from './queries'

/** TakenCard shows who has a value already, and leads to that contact or to merging the two. */
export function TakenCard({ mine, holder }: { mine: string; holder: string }) {
  const { t } = useTranslation()
  const may = useMay()
  const { data } = useQuery(contact(holder))
  const record = data?.record
  return (
    <div className={styles.taken}>
      <Text size="xs" c="dimmed">
        {t('profile.taken.title')}
      </Text>
      {record ? (
        <>
          <Text size="sm" fw={600} dir="auto">
            {record.name ?? t('profile.unnamed')}
          </Text>
          <Text size="xs" dir="auto">
            {[record.email, record.phone, record.company?.name].filter(Boolean).join(' · ')}
          </Text>
        </>
      ) : (
        <Skeleton height={36} />
      )}
      <Group gap={4} mt={6}>
        <Button size="compact-xs" variant="default" renderRoot={(props) => <Link to="/contacts/$id" params={{ id: holder }} {...props} />}>
          {t('profile.taken.open')}
        </Button>
        {may('mergeAndBlock') && (
          <Button
            size="compact-xs"
            variant="default"
            renderRoot={(props) => <Link to="/contacts/$id/merge" params={{ id: mine }} search={{ with: holder }} {...props} />}
          >
            {t('profile.taken.merge')}
          </Button>
        )}
      </Group>
    </div>
  )
}
