import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Taken } from '@/components/fields/taken'
import { contact } from './queries'

/** TakenCard shows which contact has a value already. */
export function TakenCard({ mine, holder }: { mine: string; holder: string }) {
  const { t } = useTranslation()
  const record = useQuery(contact(holder)).data?.record
  const about = record && {
    name: record.name ?? t('profile.unnamed'),
    more: [record.email, record.phone, record.company?.name].filter(Boolean).join(' · '),
  }
  return <Taken title={t('profile.taken.title')} path="/contacts/$id" mine={mine} holder={holder} about={about} />
}
