import { ActionIcon, Button, NativeSelect } from '@mantine/core'
import { IconChevronDown, IconChevronRight, IconPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Fragment, memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { printed } from '../queries'
import styles from './builder.module.css'
import type { Entity } from './catalog'
import { isGroupNode, limits, type GroupNode } from './model'
import { RowMenu } from './row-menu'
import { RowNumbers } from './row-numbers'
import { RuleRow } from './rule-row'
import { useBoard, useLive } from './store'

/** From this level on, groups begin folded. */
const foldedFrom = 4

const headings = ['all', 'any', 'none', 'notAll'] as const
type Heading = (typeof headings)[number]

/** headingOf is how a group is read: its combinator and its `not` together. */
export function headingOf({ combinator, not }: Pick<GroupNode, 'combinator' | 'not'>): Heading {
  return combinator === 'and' ? (not ? 'notAll' : 'all') : not ? 'none' : 'any'
}

const joined: Record<Heading, Pick<GroupNode, 'combinator' | 'not'>> = {
  all: { combinator: 'and', not: false },
  any: { combinator: 'or', not: false },
  none: { combinator: 'or', not: true },
  notAll: { combinator: 'and', not: true },
}

interface Props {
  group: GroupNode
  entity: Entity
  place: string
  depth: number
  /** The group of a group, and where it stands there; absent for the outermost one and those of related records. */
  outer?: { id: string; at: number; of: number; heading: string }
  /** Whether it asks about the related records of a rule. */
  inset?: boolean
}

/** GroupCard is a group of rules under its heading. */
export const GroupCard = memo(function GroupCard({ group, entity, place, depth, outer, inset = false }: Props) {
  const { t } = useTranslation()
  const { dispatch } = useBoard()
  const [open, setOpen] = useState(depth < foldedFrom)
  const heading = headingOf(group)
  const name = t(`segments.builder.headings.${heading}`)
  const short = t(`segments.builder.short.${heading}`)
  const add = (kind: 'rule' | 'group') => dispatch({ do: 'add', kind, into: group.id })
  const root = outer === undefined && !inset
  const said = outer ? t('segments.builder.groupName', { at: outer.at + 1, of: outer.of, heading: outer.heading }) : name
  const joiner = t(group.combinator === 'and' ? 'segments.builder.and' : 'segments.builder.or')
  const Fold = open ? IconChevronDown : IconChevronRight
  return (
    <div
      className={styles.card}
      role="group"
      tabIndex={0}
      aria-label={name}
      data-root={root}
      data-node={group.id}
      data-group={group.id}
      data-outer={outer?.id}
    >
      <div className={styles.heading}>
        {outer && <RowMenu id={group.id} group={outer.id} name={said} first={outer.at === 0} last={outer.at === outer.of - 1} depth={depth - 1} />}
        {!root && (
          <ActionIcon variant="subtle" color="gray" aria-label={`${t(open ? 'segments.builder.fold' : 'segments.builder.unfold')}, ${said}`} aria-expanded={open} onClick={() => setOpen(!open)}>
            <Fold size={14} aria-hidden />
          </ActionIcon>
        )}
        <NativeSelect
          size="xs"
          className={styles.headingSelect}
          aria-label={t('segments.builder.heading', { group: said })}
          value={heading}
          data={headings.map((one) => ({ value: one, label: t(`segments.builder.headings.${one}`) }))}
          onChange={(event) => dispatch({ do: 'heading', id: group.id, ...joined[event.currentTarget.value as Heading] })}
        />
        <span className={styles.space} />
        {outer && entity === 'contact' && <RowNumbers id={group.id} outermost={depth === 2} />}
        {outer && (
          <ActionIcon variant="subtle" color="gray" aria-label={`${t('segments.builder.remove')}, ${said}`} onClick={() => dispatch({ do: 'remove', id: group.id })}>
            <IconX size={14} aria-hidden />
          </ActionIcon>
        )}
      </div>
      <GroupNotes id={group.id} />
      {!open && <Reading id={group.id} entity={entity} />}
      {open && (
        <>
          {root && group.rules.length === 0 && <p className={styles.everyone}>{t(group.not ? 'segments.builder.noOne' : 'segments.builder.everyone')}</p>}
          {group.rules.length > 0 && (
            <div role="list" className={styles.rules} aria-label={t('segments.builder.rulesOf', { heading: name })}>
              {group.rules.map((node, at) => (
                <Fragment key={node.id}>
                  {at > 0 && (
                    <span className={styles.joiner} aria-hidden>
                      {joiner}
                    </span>
                  )}
                  {isGroupNode(node) ? (
                    <div role="listitem">
                      <GroupCard
                        group={node}
                        entity={entity}
                        place={placeOf(place, at)}
                        depth={depth + 1}
                        outer={{ id: group.id, at, of: group.rules.length, heading: short }}
                      />
                    </div>
                  ) : (
                    <RuleRow
                      row={node}
                      entity={entity}
                      place={placeOf(place, at)}
                      at={at}
                      of={group.rules.length}
                      heading={short}
                      group={group.id}
                      depth={depth}
                    />
                  )}
                </Fragment>
              ))}
            </div>
          )}
          <div className={styles.adding}>
            <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => add('rule')} {...(!root && { 'aria-label': `${t('segments.builder.addRule')}, ${said}` })}>
              {t('segments.builder.addRule')}
            </Button>
            <Button size="compact-sm" variant="subtle" disabled={depth >= limits.levels} leftSection={<IconPlus size={14} aria-hidden />} onClick={() => add('group')} {...(!root && { 'aria-label': `${t('segments.builder.addGroup')}, ${said}` })}>
              {t('segments.builder.addGroup')}
            </Button>
          </div>
        </>
      )}
    </div>
  )
})

function placeOf(place: string, at: number): string {
  return place === '' ? String(at) : `${place}.${at}`
}

function GroupNotes({ id }: { id: string }) {
  const { t } = useTranslation()
  const fault = useLive((live) => live.faults.get(id)?.detail)
  const lack = useLive((live) => live.lacks.get(id))
  if (fault) return <p className={styles.fault}>{fault}</p>
  return lack ? <p className={styles.lack}>{t(`segments.lacks.${lack}`)}</p> : null
}

/** Reading is what a folded group says. */
function Reading({ id, entity }: { id: string; entity: Entity }) {
  const { t } = useTranslation()
  const { alone } = useBoard()
  const filter = entity === 'contact' ? alone(id) : undefined
  const print = useQuery({ ...printed(filter ?? { combinator: 'and', rules: [] }), enabled: filter !== undefined })
  return <p className={styles.reading}>{filter ? (print.data?.reading ?? '…') : t('segments.builder.folded')}</p>
}
