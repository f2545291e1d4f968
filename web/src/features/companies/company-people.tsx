import { Anchor, Button, Group, NativeSelect, Skeleton, Stack, Table, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { StackedTable } from '@/components/stacked-table'
import { useFieldLabels } from '@/lib/field-label'
import { neighbourhood } from '@/lib/neighbours'
import { ago } from '@/lib/text'
import styles from './companies.module.css'
import { peopleSorts, type CompanyView } from './company-view'
import { people } from './queries'

const columns = ['email', 'phone', 'last_seen_at'] as const

interface PeopleProps {
  id: string
  name: string
  view: CompanyView
  change: (view: CompanyView) => void
}

/** CompanyPeople are the contacts of a company, page by page. */
export function CompanyPeople({ id, name, view, change }: PeopleProps) {
  const { t } = useTranslation()
  const label = useFieldLabels()
  const sort = view.sort ?? peopleSorts[0]
  const read = useInfiniteQuery(people(id, sort))
  const list = (read.data?.pages ?? []).flatMap((page) => page.contacts)
  if (read.isError) return <Failure cause={read.error} retry={() => void read.refetch()} />
  if (read.isPending) return <Skeleton height={320} />
  if (list.length === 0) return <Text c="dimmed">{t('companies.noPeople')}</Text>
  const ids = list.map((contact) => contact.id)
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/find" search={{ picks: { 'company.name': { is: [name] } } }} {...props} />}
        >
          {t('companies.inFind')}
        </Anchor>
        <NativeSelect
          size="xs"
          aria-label={t('companies.peopleSort')}
          value={sort}
          data={peopleSorts.map((value) => ({ value, label: t(`companies.peopleSorts.${value.replace('-', '') as 'name'}`) }))}
          onChange={(event) => change({ ...view, sort: event.currentTarget.value as (typeof peopleSorts)[number] })}
        />
      </Group>
      <div className={styles.people} data-old={read.isPlaceholderData}>
        <StackedTable label={t('companies.people')} least={560}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">{label('name')}</Table.Th>
              {columns.map((field) => (
                <Table.Th key={field} scope="col">
                  {label(field)}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.map((contact, at) => (
              <Table.Tr key={contact.id}>
                <Table.Th scope="row">
                  <Anchor
                    size="sm"
                    dir="auto"
                    renderRoot={(props) => (
                      <Link to="/contacts/$id" params={{ id: contact.id }} state={{ neighbours: neighbourhood(ids, at) }} {...props} />
                    )}
                  >
                    {contact.name || t('companies.unnamed')}
                  </Anchor>
                </Table.Th>
                <Table.Td dir="auto" data-label={label('email')}>
                  {contact.email}
                </Table.Td>
                <Table.Td data-label={label('phone')}>{contact.phone}</Table.Td>
                <Table.Td data-label={label('last_seen_at')}>{contact.last_seen_at ? <time dateTime={contact.last_seen_at}>{ago(contact.last_seen_at)}</time> : null}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </StackedTable>
      </div>
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.more')}
        </Button>
      )}
    </Stack>
  )
}
