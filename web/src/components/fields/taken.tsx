import { Button, Group, Skeleton, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/lib/may'
import styles from './field.module.css'

interface TakenProps {
  title: string
  path: '/contacts/$id' | '/companies/$id'
  /** The record whose value was refused, if it exists; and the one that has the value. */
  mine?: string
  holder: string
  /** What the holder is called, and what else tells it from others; undefined until that is known. */
  about: { name: string; more: string } | undefined
}

/** Taken shows which record has a value already, and leads to it or to merging the two. */
export function Taken({ title, path, mine, holder, about }: TakenProps) {
  const { t } = useTranslation()
  const may = useMay()
  return (
    <div className={styles.taken}>
      <Text size="xs" c="dimmed">
        {title}
      </Text>
      {about ? (
        <>
          <Text size="sm" fw={600} dir="auto">
            {about.name}
          </Text>
          <Text size="xs" dir="auto">
            {about.more}
          </Text>
        </>
      ) : (
        <Skeleton height={36} />
      )}
      <Group gap={4} mt={6}>
        <Button size="compact-xs" variant="default" renderRoot={(props) => <Link to={path} params={{ id: holder }} {...props} />}>
          {t('profile.taken.open')}
        </Button>
        {mine && may('mergeAndBlock') && (
          <Button
            size="compact-xs"
            variant="default"
            renderRoot={(props) => <Link to={`${path}/merge`} params={{ id: mine }} search={{ with: holder }} {...props} />}
          >
            {t('profile.taken.merge')}
          </Button>
        )}
      </Group>
    </div>
  )
}
