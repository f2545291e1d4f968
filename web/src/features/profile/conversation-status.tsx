import { Badge } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import styles from './conversations.module.css'
import type { Conversation } from './queries'

/** ConversationStatus says whether somebody has to answer. */
export function ConversationStatus({ one }: { one: Conversation }) {
  const { t } = useTranslation()
  return (
    <Badge size="sm" variant="default" tt="none" className={styles.status} data-status={one.status}>
      {t(`profile.conversations.status.${one.status}`)}
    </Badge>
  )
}
