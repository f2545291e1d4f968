import { useTranslation } from 'react-i18next'
import { AbsorbedList } from '@/components/absorbed-list'
import type { Contact } from '@/lib/edits/contact'
import { Card } from './card'

/** AbsorbedCard lists the contacts that were merged into this one. */
export function AbsorbedCard({ record }: { record: Contact }) {
  const { t } = useTranslation()
  if (!record.absorbed?.length) return null
  return (
    <Card title={t('profile.absorbedList.title')}>
      <AbsorbedList kind="contact" survivor={record.id} absorbed={record.absorbed} />
    </Card>
  )
}
