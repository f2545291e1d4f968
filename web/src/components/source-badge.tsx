import { Popover, Text } from '@mantine/core'
import {
  IconArrowMerge, IconCode, IconFileImport, IconRobot, IconSettingsAutomation, IconSparkles, IconUser, type Icon,
} from '@tabler/icons-react'
import { useId, useState } from 'react'
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
  const card = useId()
  const Mark = icons[origin.source]
  const word = t(`sources.${origin.source}`)
  return (
    <span className={styles.holder}>
      <button
        type="button"
        className={styles.badge}
        data-source={origin.source}
        data-testid="source-badge"
        aria-label={t('sources.about', { field: about, source: word })}
        aria-expanded={open}
        aria-describedby={open ? card : undefined}
        onClick={() => setOpen(!open)}
        // The card closes on a press outside of it, and this button would open it again.
        onMouseDown={(event) => open && event.stopPropagation()}
        onTouchStart={(event) => open && event.stopPropagation()}
        onKeyDown={(event) => {
          if (event.key !== 'Escape' || !open) return
          event.stopPropagation()
          setOpen(false)
        }}
      >
        <Mark size={12} aria-hidden />
        {word}
      </button>
      {open && ( // a card each would be dear: there is one badge a value
        <Popover opened onChange={setOpen} position="bottom-end" withinPortal={false} withRoles={false} trapFocus={false} returnFocus={false}>
          <Popover.Target>
            <span className={styles.anchor} />
          </Popover.Target>
          <Popover.Dropdown id={card}>
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
      )}
    </span>
  )
}
