import { Popover, Text, UnstyledButton } from '@mantine/core'
import {
  IconArrowMerge, IconCode, IconFileImport, IconRobot, IconSettingsAutomation, IconSparkles, IconUser, type Icon,
} from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'
import styles from './source-badge.module.css'

/** Source is on whose behalf something was written, as the API words it. */
export type Source = 'agent' | 'api' | 'import' | 'ai' | 'system' | 'rule' | 'merge'

const icons: Record<Source, Icon> = {
  agent: IconUser,
  api: IconCode,
  import: IconFileImport,
  ai: IconSparkles,
  system: IconRobot,
  rule: IconSettingsAutomation,
  merge: IconArrowMerge,
}

interface Origin {
  source: Source
  name: string
  at?: string
}

/** SourceBadge says where a value comes from; pressing it says when, and by whom. */
export function SourceBadge({ origin, about }: { origin: Origin; about: string }) {
  const { t } = useTranslation()
  const zone = useZone()
  const [open, setOpen] = useState(false)
  const Mark = icons[origin.source]
  const word = t(`sources.${origin.source}`)
  const badge = (
    <UnstyledButton
      className={styles.badge}
      data-source={origin.source}
      data-testid="source-badge"
      aria-label={t('sources.about', { field: about, source: word })}
      aria-expanded={open}
      onClick={() => setOpen(!open)}
    >
      <Mark size={12} aria-hidden />
      {word}
    </UnstyledButton>
  )
  if (!open) return badge // a popover each would be dear: there is one badge a value
  return (
    <Popover opened onChange={setOpen} position="bottom-end" withArrow trapFocus={false}>
      <Popover.Target>{badge}</Popover.Target>
      <Popover.Dropdown>
        <Text size="sm" fw={600}>
          {t(`sources.long.${origin.source}`)}
        </Text>
        <Text size="sm" dir="auto">
          {origin.name}
        </Text>
        {origin.at && (
          <Text size="xs" c="dimmed">
            {moment(origin.at, zone)}
          </Text>
        )}
      </Popover.Dropdown>
    </Popover>
  )
}
