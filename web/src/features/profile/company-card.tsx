import { Anchor, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import type { Contact } from '@/lib/edits/contact'
import { country } from '@/lib/countries'
import { number } from '@/lib/text'
import { Card } from './card'
import { company } from './queries'

/** CompanyCard is the company of a contact, in short. */
export function CompanyCard({ record }: { record: Contact }) {
  const { t } = useTranslation()
  const id = record.company?.id
  return (
    <Card title={t('profile.company.title')}>
      {record.company ? (
        <>
          {id ? (
            <Anchor component={Link} to={`/companies/${id}`} fw={600} dir="auto">
              {record.company.name ?? id}
            </Anchor>
          ) : (
            <Text fw={600}>{record.company.name}</Text>
          )}
          {id && <More id={id} />}
        </>
      ) : (
        <Text c="dimmed">{t('profile.company.none')}</Text>
      )}
    </Card>
  )
}

function More({ id }: { id: string }) {
  const { t } = useTranslation()
  const read = useQuery(company(id))
  if (read.isError) return <Failure cause={read.error} retry={() => void read.refetch()} />
  if (!read.data) return <Skeleton height={40} />
  const { domains, city, country: code, contacts_count: count } = read.data
  return (
    <>
      <Text size="sm" c="dimmed" dir="auto">
        {[...(domains ?? []).slice(0, 3), ...(city ? [city] : []), ...(code ? [country(code)] : [])].join(' · ')}
      </Text>
      {count !== undefined && (
        <Text size="sm" c="dimmed">
          {t('profile.company.people', { count, number: number(count) })}
        </Text>
      )}
    </>
  )
}
