import './texts'
import { Button, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Page } from '@/components/page'
import { StackedTable } from '@/components/stacked-table'
import { useMay } from '@/lib/may'
import { AddPerson } from './add-person'
import { DeletePerson } from './delete-person'
import { NewLink } from './new-link'
import { PersonRow } from './person-row'
import { people, type Person } from './queries'

/** PeoplePage lists the people who sign in to the console, and invites more. */
export function PeoplePage() {
  const { t } = useTranslation()
  const may = useMay()('readKeys')
  if (!may) {
    return (
      <Page title={t('people.title')}>
        <Text>{t('people.forbidden')}</Text>
      </Page>
    )
  }
  return <List />
}

function List() {
  const { t } = useTranslation()
  const read = useInfiniteQuery(people)
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState<{ what: 'link' | 'delete'; of: Person }>()
  const list = (read.data?.pages ?? []).flatMap((page) => page.people)
  const close = () => setAsked(undefined)
  return (
    <Page title={t('people.title')} actions={<Button onClick={() => setAdding(true)}>{t('people.invite')}</Button>}>
      <Text c="dimmed">{t('people.about')}</Text>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && <Skeleton height={200} />}
      {read.isSuccess && list.length === 0 && <Text>{t('people.empty')}</Text>}
      {list.length > 0 && (
        <StackedTable label={t('people.title')} least={820}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('people.name')}</Table.Th>
              <Table.Th>{t('people.email')}</Table.Th>
              <Table.Th>{t('people.scope')}</Table.Th>
              <Table.Th>{t('people.signedIn')}</Table.Th>
              <Table.Th>{t('people.may')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('people.actions')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {list.map((person) => (
              <PersonRow key={person.id} person={person} ask={(what) => setAsked({ what, of: person })} />
            ))}
          </Table.Tbody>
        </StackedTable>
      )}
      {read.hasNextPage && (
        <Button variant="default" loading={read.isFetchingNextPage} onClick={() => void read.fetchNextPage()}>
          {t('profile.more')}
        </Button>
      )}
      {adding && <AddPerson close={() => setAdding(false)} />}
      {asked?.what === 'link' && <NewLink of={asked.of} close={close} />}
      {asked?.what === 'delete' && <DeletePerson of={asked.of} close={close} />}
    </Page>
  )
}
