import { useTranslation } from 'react-i18next'
import { SecretOnce } from '@/components/secret-once'
import { useZone } from '@/lib/shown'
import { moment } from '@/lib/text'

/** LinkOnce shows a link with which somebody signs in. It cannot be shown again. */
export function LinkOnce({ name, link, until, close }: { name: string; link: string; until: string; close: () => void }) {
  const { t } = useTranslation()
  const zone = useZone()
  return (
    <SecretOnce
      title={t('people.once', { name })}
      help={t('people.onceHelp')}
      secret={new URL(link, window.location.origin).href}
      note={t('people.until', { time: moment(until, zone) })}
      close={close}
    />
  )
}
