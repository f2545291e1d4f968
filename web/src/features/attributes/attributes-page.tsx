import { Anchor, Button, Skeleton, Table, Tabs, Text, UnstyledButton } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate, useSearch } from '@tanstack/react-router'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { Page } from '@/components/page'
import { StackedTable } from '@/components/stacked-table'
import { attributes, type Attribute } from '@/lib/attributes'
import { allows } from '@/lib/scopes'
import { session } from '@/lib/session'
import { number, share } from '@/lib/text'
import { AttributeDrawer } from './attribute-drawer'
import styles from './attributes.module.css'
import { entities, filled, total, uses, type Entity, type Uses } from './queries'
import { attributesView, type AttributesView } from './view'

/** AttributesPage lists what records have besides the fields that all have, and defines more of it. */
export function AttributesPage() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const view = useSearch({ strict: false }) as AttributesView
  const entity = view.entity ?? 'contact'
  const listed = useQuery(attributes(entity))
  const scope = useQuery(session).data?.who.scope
  const mayWrite = scope !== undefined && allows(scope, 'writeAttributes')
  const go = (next: AttributesView) => void navigate({ to: '/attributes', search: attributesView({ ...next }) })
  const edited = listed.data?.find((attribute) => attribute.key === view.edit)
  return (
    <Page
      title={t('nav.attributes')}
      actions={mayWrite && <Button onClick={() => go({ entity, edit: '+' })}>{t('attributes.define')}</Button>}
    >
      <Text c="dimmed">{t('attributes.about')}</Text>
      <Tabs value={entity} onChange={(value) => go({ entity: (value ?? 'contact') as Entity })}>
        <Tabs.List>
          {entities.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`attributes.of.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={entity} pt="md">
          {listed.isError && <Failure cause={listed.error} retry={() => void listed.refetch()} />}
          {listed.isPending && <Skeleton height={300} />}
          {listed.data?.length === 0 && <Text>{t('attributes.none')}</Text>}
          {listed.data && listed.data.length > 0 && (
            <StackedTable label={t(`attributes.of.${entity}`)} least={760} fixed>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t('attributes.label')}</Table.Th>
                  <Table.Th w="20%">{t('attributes.key')}</Table.Th>
                  <Table.Th w="13%">{t('attributes.type')}</Table.Th>
                  <Table.Th w="18%" ta="right" className={styles.number}>
                    {t('attributes.filled')}
                  </Table.Th>
                  <Table.Th>{t('attributes.usedBy')}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {listed.data.map((attribute) => (
                  <Row key={attribute.key} of={attribute} open={() => go({ entity, edit: attribute.key })} />
                ))}
              </Table.Tbody>
            </StackedTable>
          )}
        </Tabs.Panel>
      </Tabs>
      {view.edit === '+' && mayWrite && <AttributeDrawer entity={entity} fixed={false} close={() => go({ entity })} />}
      {edited && <AttributeDrawer key={edited.key} entity={entity} of={edited} fixed={!mayWrite} close={() => go({ entity })} />}
    </Page>
  )
}

function Row({ of, open }: { of: Attribute; open: () => void }) {
  const { t } = useTranslation()
  const used = useQuery(uses(of)).data
  return (
    <Table.Tr className={styles.row} onClick={open}>
      <Table.Th scope="row">
        <UnstyledButton
          className={styles.open}
          dir="auto"
          onClick={(event) => {
            event.stopPropagation()
            open()
          }}
        >
          {of.label}
        </UnstyledButton>
      </Table.Th>
      <Table.Td data-label={t('attributes.key')}>
        <code className={styles.key}>{of.key}</code>
      </Table.Td>
      <Table.Td data-label={t('attributes.type')}>{t(`attributes.types.${of.type}`)}</Table.Td>
      <Table.Td ta="right" className={styles.number} data-label={t('attributes.filled')}>
        {used ? <Filled of={used} entity={of.entity} /> : <Skeleton height="1lh" width={48} ml="auto" />}
      </Table.Td>
      <Table.Td data-label={t('attributes.usedBy')}>
        {/* One line, so that rows stay where they are when this is known. The drawer has all of them, each in its line. */}
        <div className={styles.segments} dir="auto" title={used?.segments.map((segment) => segment.name).join(', ')}>
          {used?.segments.length === 0 && '–'}
          {used?.segments.map((segment, at) => (
            <Fragment key={segment.id}>
              {at > 0 && ', '}
              <Anchor
                size="sm"
                dir="auto"
                onClick={(event) => event.stopPropagation()}
                renderRoot={(props) => <Link to="/segments/$id" params={{ id: segment.id }} {...props} />}
              >
                {segment.name}
              </Anchor>
            </Fragment>
          ))}
        </div>
      </Table.Td>
    </Table.Tr>
  )
}

/** Filled is how many records have a value: of all, and as a number. */
function Filled({ of, entity }: { of: Uses; entity: Entity }) {
  const all = useQuery(total(entity)).data
  const some = filled(of)
  return (
    <span>
      {all !== undefined && all > 0 && <strong>{share(some, all)}</strong>} <span className={styles.count}>{number(some)}</span>
    </span>
  )
}
