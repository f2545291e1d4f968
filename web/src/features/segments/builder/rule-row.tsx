import { ActionIcon } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { memo, useCallback, useDeferredValue, useMemo } from 'react'
import styles from './builder.module.css'
import { relatedEntity, type Entity, type Field } from './catalog'
import { FieldPicker } from './field-picker'
import { GroupCard } from './group-card'
import { emptyGroup, newID, type RuleNode } from './model'
import { OperatorPicker, operatorWord } from './operator-picker'
import { controlOf, firstOperator, firstValue, operators } from './operators'
import { RowMenu } from './row-menu'
import { RowNotes } from './row-notes'
import { RowNumbers } from './row-numbers'
import { useBoard } from './store'
import { useNear } from './use-near'
import { Value } from './value'
import { wordOf } from './words'

export interface RowProps {
  row: RuleNode
  entity: Entity
  /** Where it stands, like `1.0`. */
  place: string
  at: number
  of: number
  /** The heading of its group, in short: "Any of". */
  heading: string
  group: string
  depth: number
}

/** What the controls of a row are called after. It changes of all rows of a group when one comes or goes. */
interface Standing {
  /** "rule 2 of 4, Any of". */
  name: string
  place: string
  first: boolean
  last: boolean
}

/** RuleRow is one rule: field, operator, value, and how many people it is about. */
export const RuleRow = memo(function RuleRow({ row, entity, place, at, of, heading, group, depth }: RowProps) {
  const { t, catalog, many } = useBoard()
  const { ref, near, come } = useNear(() => row.field === '' || !many())
  const name = t('segments.builder.ruleName', { at: at + 1, of, heading })
  const standing = useMemo((): Standing => ({ name, place, first: at === 0, last: at === of - 1 }), [name, place, at, of])
  // Hundreds of rows have another name after one of them is removed. Their controls hear of it when there is time.
  const soon = useDeferredValue(standing)
  return (
    <div
      ref={ref}
      role="listitem"
      tabIndex={0}
      aria-label={name}
      data-drawn={near}
      {...(!near && { onFocus: come })}
      className={styles.row}
      data-node={row.id}
      data-group={group}
      data-testid={`rule-${place}`}
    >
      {near ? <Controls row={row} entity={entity} group={group} depth={depth} standing={soon} /> : <Outline row={row} field={catalog[entity].get(row.field)} />}
    </div>
  )
})

interface ControlsProps extends Pick<RowProps, 'row' | 'entity' | 'group' | 'depth'> {
  standing: Standing
}

/** Controls are what a row is changed with, and what is to be said of it. */
const Controls = memo(function Controls({ row, entity, group, depth, standing: { name, place, first, last } }: ControlsProps) {
  const { t, dispatch, catalog } = useBoard()
  const field = catalog[entity].get(row.field)
  const change = useCallback(
    (next: Partial<RuleNode>, typing = false) => dispatch({ do: 'set', id: row.id, change: next, typing, now: Date.now() }),
    [dispatch, row.id],
  )
  const choose = (chosen: Field) => {
    dispatch({ do: 'set', id: row.id, change: onField(row, field, chosen), now: Date.now(), focus: 'value' })
  }
  const leaveOut = () =>
    dispatch({ do: 'add', kind: 'rule', into: group, after: row.id, rule: { id: newID(), field: row.field, operator: 'exists' } })
  const inner = relatedEntity(row.field)
  const remove = t('segments.builder.remove')
  return (
    <>
      <div className={styles.line}>
        <RowMenu id={row.id} group={group} name={name} first={first} last={last} depth={depth} />
        <FieldPicker id={row.id} entity={entity} field={row.field} label={`${t('segments.builder.field')}, ${name}`} choose={choose} />
        {row.field !== '' && <OperatorPicker row={row} field={field} label={`${t('segments.builder.operator')}, ${name}`} />}
        <div className={styles.value}>
          {field && row.operator !== '' && (
            <Value row={row} field={field} entity={entity} label={`${t('segments.builder.value')}, ${name}`} change={change} />
          )}
        </div>
        {entity === 'contact' && <RowNumbers id={row.id} outermost={depth === 1} />}
        <ActionIcon variant="subtle" color="gray" aria-label={`${remove}, ${name}`} onClick={() => dispatch({ do: 'remove', id: row.id })}>
          <IconX size={14} aria-hidden />
        </ActionIcon>
      </div>
      <RowNotes row={row} field={field} entity={entity} leaveOut={leaveOut} />
      {inner && <Where row={row} inner={inner} place={place} depth={depth} />}
    </>
  )
})

/** Outline is a row that is far out of sight, in words. */
function Outline({ row, field }: { row: RuleNode; field: Field | undefined }) {
  const { t } = useBoard()
  const values = Array.isArray(row.value) ? row.value : [row.value ?? '']
  const words = values.slice(0, 5).map((value) => (typeof value === 'object' ? '' : wordOf(t, field, value)))
  return (
    <p className={styles.outline}>
      {field?.label ?? row.field} {operatorWord(t, field?.kind, row.operator)} {words.join(', ')}
    </p>
  )
}

/** onField is a row after another field was chosen. What fits stays. */
function onField(row: RuleNode, before: Field | undefined, field: Field): Partial<RuleNode> {
  const stays = before?.kind === field.kind && operators[field.kind].includes(row.operator)
  const operator = stays ? row.operator : firstOperator(field.kind)
  const sameValues = stays && before?.options?.join() === field.options?.join() && field.kind !== 'many'
  const value = sameValues ? row.value : firstValue(controlOf(field.kind, operator), operator)
  return { field: field.key, operator, value, where: undefined, salt: undefined }
}

function Where({ row, inner, place, depth }: { row: RuleNode; inner: Exclude<Entity, 'contact'>; place: string; depth: number }) {
  const { t, dispatch } = useBoard()
  const add = () => dispatch({ do: 'set', id: row.id, change: { where: { ...emptyGroup(), rules: [{ id: newID(), field: '', operator: '' }] } }, now: Date.now() })
  if (!row.where || row.where.rules.length === 0) {
    return (
      <button type="button" className={styles.link} onClick={add}>
        {t(`segments.builder.where.${inner}`)}
      </button>
    )
  }
  return (
    <div className={styles.inset}>
      <p className={styles.note}>{t(`segments.builder.same.${inner}`)}</p>
      <GroupCard group={row.where} entity={inner} place={`${place}.where`} depth={depth + 1} inset />
    </div>
  )
}
