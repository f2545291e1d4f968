import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Taken } from '@/components/fields/taken'
import { country } from '@/lib/countries'
import { company } from './queries'

/** TakenCompany shows which company has a value already. `mine` is the one that is refused it, if that exists. */
export function TakenCompany({ mine, holder }: { mine?: string; holder: string }) {
  const { t } = useTranslation()
  const record = useQuery(company(holder)).data?.record
  const about = record && {
    name: record.name,
    more: [...record.domains.slice(0, 3), record.city, record.country && country(record.country)].filter(Boolean).join(' · '),
  }
  return <Taken title={t('companies.taken')} path="/companies/$id" {...(mine && { mine })} holder={holder} about={about} />
}
