import { Button, Skeleton, Table, Text, VisuallyHidden } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Page } from '@/components/page'
import { StackedTable } from '@/components/stacked-table'
import { useMay } from '@/lib/may'
import { ago, dayAgo } from '@/lib/text'
import styles from './keys.module.css'
import { MakeKey } from './make-key'
import { keys, type Key } from './queries'
import { RevokeKey } from './revoke-key'

/** KeysPage lists the keys of programs, makes new ones and revokes them. */
export function KeysPage() {
  const { t } = useTranslation()
  const may = useMay()('readKeys')
  if (!may) {
    return (
      <Page title={t('nav.keys')}>
        <Text>{t('keys.forbidden')}</Text>
      </Page>
    )
  }
  return <List />
}

function List() {
  const { t } = useTranslation()
  const listed = useQuery(keys)
  const [making, setMaking] = useState(false)
  const [revoking, setRevoking] = useState<Key>()
  return (
    <Page title={t('nav.keys')} actions={<Button onClick={() => setMaking(true)}>{t('keys.make')}</Button>}>
      <Text c="dimmed">{t('keys.about')}</Text>
      {listed.isError && <Failure cause={listed.error} retry={() => void listed.refetch()} />}
      {listed.isPending && <Skeleton height={200} />}
      {listed.data && (
        <StackedTable label={t('nav.keys')} least={640}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('keys.name')}</Table.Th>
              <Table.Th>{t('keys.scope')}</Table.Th>
              <Table.Th className={styles.day}>{t('keys.used')}</Table.Th>
              <Table.Th className={styles.day}>{t('keys.expires')}</Table.Th>
              <Table.Th>
                <VisuallyHidden>{t('keys.revoke')}</VisuallyHidden>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {listed.data.map((key) => (
              <Table.Tr key={key.id}>
                <Table.Th scope="row" dir="auto" className={styles.name}>
                  {key.name}
                </Table.Th>
                <Table.Td>
                  <Text size="sm">{t(`scopes.${key.scope}.name`)}</Text>
                  <Text size="xs" c="dimmed">
                    {t(`scopes.${key.scope}.may`)}
                  </Text>
                </Table.Td>
                <Table.Td data-label={t('keys.used')}>{key.last_used_at ? dayAgo(key.last_used_at) : t('keys.never')}</Table.Td>
                <Table.Td data-label={t('keys.expires')}>{key.expires_at ? ago(key.expires_at) : t('keys.neverExpires')}</Table.Td>
                <Table.Td ta="right">
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={t('keys.revokeOne', { name: key.name })}
                    onClick={() => setRevoking(key)}
                  >
                    {t('keys.revoke')}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </StackedTable>
      )}
      {making && <MakeKey close={() => setMaking(false)} />}
      {revoking && <RevokeKey of={revoking} close={() => setRevoking(undefined)} />}
    </Page>
  )
}
