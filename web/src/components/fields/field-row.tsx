import { Button, Checkbox, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { SourceBadge } from '@/components/source-badge'
import { unsettled } from '@/lib/edits/edit'
import { missing, same } from '@/lib/edits/same'
import { useShown } from '@/lib/shown'
import type { Control } from './control'
import { draftOf, dropDraft, keepDraft, nothingIn, type Draft } from './drafts'
import type { Editable } from './editable'
import { Editor } from './editors/editor'
import { finished, several } from './editors/finished'
import { faultsOf, isAmount, isOfRegion } from './faults'
import styles from './field.module.css'

interface RowProps {
  record: Editable
  field: string
  label: string
  /** How it is edited; without, nobody may. */
  control: Control | undefined
  /** How the value is shown, if not as one text. */
  children?: ReactNode
}

/** FieldRow is one field of a record: its value, where that comes from, and the way to change it in place. */
export function FieldRow(props: RowProps) {
  const { record, field, label, control } = props
  const origin = record.originOf(field)
  const status = record.fields.get(field)?.status
  return (
    <div className={styles.row} role="group" aria-label={label} data-field={field}>
      <div className={styles.head}>
        <span className={styles.label}>{label}</span>
        <Progress status={status} />
        {origin && !status && <SourceBadge origin={origin} about={label} />}
      </div>
      {control?.kind === 'checkbox' ? <Toggle {...props} /> : <Value {...props} />}
    </div>
  )
}

function Progress({ status }: { status: string | undefined }) {
  const { t } = useTranslation()
  return (
    <span role="status" className={styles.progress} data-status={status}>
      {status === 'lost' ? t('edit.lost') : status === 'waiting' || status === 'sending' ? t('edit.saving') : ''}
    </span>
  )
}

/** Toggle is a checkbox with two states: to press it is to save it. */
function Toggle({ record, field, label }: RowProps) {
  const { t } = useTranslation()
  const value = record.valueOf(field) === true
  const edit = record.fields.get(field)
  return (
    <>
      <Checkbox
        size="xs"
        py={4}
        aria-label={t('edit.toggle', { field: label })}
        label={value ? t('values.yes') : t('values.no')}
        checked={value}
        onChange={(event) => record.queue.submit(field, event.currentTarget.checked, value)}
      />
      {edit?.status === 'failed' && <Faults record={record} field={field} id={`${field}-faults`} />}
    </>
  )
}

function Value({ record, field, label, control, children }: RowProps) {
  const { t } = useTranslation()
  const show = useShown(record.entity)
  const value = record.valueOf(field)
  const button = useRef<HTMLButtonElement>(null)
  const [draft, setDraft] = useState<Draft | undefined>(() => {
    const kept = draftOf(record.id, field)
    return kept?.open ? kept : undefined
  })
  const [began, setBegan] = useState(false) // by this person just now: a field that was open before takes no focus
  const [sent, setSent] = useState(false) // by this person: when it fails, the focus comes back to what was typed
  const [before, setBefore] = useState<Draft>()
  const returning = useRef(false)
  const edit = record.fields.get(field)
  const typed = draft ?? (edit?.status === 'failed' ? { value: edit.value, base: edit.before, open: true } : undefined)

  useEffect(() => {
    if (!typed && returning.current) {
      returning.current = false
      button.current?.focus()
    }
  }, [typed])

  const latest = useRef(typed)
  latest.current = typed
  const change = (part: Partial<Draft>) => {
    if (!latest.current) return
    const next = { ...latest.current, ...part } // one key may change two parts: a label is finished, and the box is empty
    latest.current = next
    if (nothingIn(next)) dropDraft(record.id, field)
    else keepDraft(record.id, field, next)
    setDraft(next)
  }
  const close = () => {
    returning.current = true
    setDraft(undefined)
    setBegan(false)
  }
  const text = show(field, value)
  if (!control) {
    return <div className={styles.fixed} dir="auto">{children && !missing(value) ? children : (text || <span className={styles.none}>–</span>)}</div>
  }
  if (!typed) {
    return (
      <button
        type="button"
        ref={button}
        className={styles.value}
        aria-label={t('edit.start', { field: label, value: text || t('values.none') })}
        onClick={() => {
          const kept = draftOf(record.id, field)
          setBefore(kept && (kept.half || !same(kept.value, value)) ? kept : undefined)
          setBegan(true)
          setDraft({ value, base: value, open: true }) // nothing is typed yet that could be lost
        }}
      >
        {missing(value) ? <span className={styles.none}>{t('edit.add')}</span> : (children || <span dir="auto">{text}</span>)}
      </button>
    )
  }
  return (
    <Editing
      record={record}
      field={field}
      label={label}
      control={control}
      draft={typed}
      began={began}
      sent={sent}
      before={before}
      change={change}
      save={(picked) => {
        dropDraft(record.id, field)
        setSent(true)
        record.queue.submit(field, finished(control, picked === undefined ? typed.value : picked), typed.base)
        close()
      }}
      cancel={() => {
        // Esc restores the value. What was typed can be taken up the next time.
        if (nothingIn(typed)) dropDraft(record.id, field)
        else keepDraft(record.id, field, { ...typed, open: false })
        record.queue.discard(field)
        setSent(false)
        close()
      }}
    />
  )
}

/** The controls whose list Esc does not close first: it closes with them, or nothing is ever in it. */
const silent = new Set<Control['kind']>(['option', 'country', 'labels', 'domains'])

interface EditingProps {
  record: Editable
  field: string
  label: string
  control: Control
  draft: Draft
  began: boolean
  sent: boolean
  /** What was typed and given up before. */
  before: Draft | undefined
  change: (part: Partial<Draft>) => void
  save: (value?: unknown) => void
  cancel: () => void
}

function Editing({ record, field, label, control, draft, began, sent, before, change, save, cancel }: EditingProps) {
  const { t } = useTranslation()
  const show = useShown(record.entity)
  const help = useId()
  const box = useRef<HTMLDivElement>(null)
  const failed = record.fields.get(field)?.status === 'failed'

  useEffect(() => {
    // The focus was lost with the value that gave way. Whoever is elsewhere by now stays there.
    const lost = sent && document.activeElement === document.body
    if (!began && !lost) return
    const control = box.current?.querySelector<HTMLElement>('[data-autofocus]')
    control?.focus()
    if (began && control instanceof HTMLInputElement && control.type === 'text') control.select()
  }, [began, sent])

  const pressed = (event: KeyboardEvent<HTMLDivElement>) => {
    const target = event.target as HTMLElement
    const listOpen = target.getAttribute('aria-expanded') === 'true'
    if (event.key === 'Escape') {
      event.stopPropagation() // the page has an Esc of its own
      if (listOpen && !silent.has(control.kind)) return
      cancel()
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      const whole = event.ctrlKey || event.metaKey
      if (!whole && (several(control) || event.defaultPrevented || target.closest('button, select'))) return
      if (whole && event.defaultPrevented) return
      event.preventDefault()
      save()
    }
  }
  return (
    <div ref={box} onKeyDown={pressed} className={styles.editing}>
      <Editor
        control={control}
        label={label}
        value={draft.value}
        change={(value) => change({ value })}
        half={draft.half ?? ''}
        changeHalf={(half) => change({ half })}
        save={save}
        invalid={failed}
        describedBy={help}
      />
      {failed && <Faults record={record} field={field} id={help} />}
      {before && (
        <Button size="compact-xs" variant="subtle" onClick={() => change({ value: before.value, half: before.half ?? '' })}>
          {t('edit.restore', { value: [show(field, before.value), before.half].filter(Boolean).join(', ') || t('values.none') })}
        </Button>
      )}
      <Group gap={4} mt={4}>
        {control.kind !== 'option' && control.kind !== 'country' && (
          <Button size="compact-xs" onClick={() => save()}>
            {t('edit.save')}
          </Button>
        )}
        <Button size="compact-xs" variant="default" onClick={cancel}>
          {t('edit.cancel')}
        </Button>
        <Text size="xs" c="dimmed" {...(failed ? {} : { id: help })}>
          {t(several(control) ? 'edit.helpMany' : 'edit.help')}
        </Text>
      </Group>
    </div>
  )
}

/** Faults say at the field why its value was not taken. */
function Faults({ record, field, id }: { record: Editable; field: string; id: string }) {
  const { t } = useTranslation()
  const problem = record.fields.get(field)?.problem
  if (!problem) return null
  const faults = faultsOf(problem, field)
  return (
    <div id={id} role="alert" className={styles.faults}>
      <strong>{t('edit.notSaved')}</strong>
      {faults.map((fault) => (
        <div key={fault}>{isAmount(fault) ? t('edit.badAmount') : fault}</div>
      ))}
      {faults.some(isOfRegion) && <Link to="/settings">{t('edit.phoneRegion')}</Link>}
      {record.holders?.(problem)}
      {(unsettled(problem) || problem.status === 412) && (
        <Button size="compact-xs" variant="default" mt={4} onClick={() => record.queue.retry(field)}>
          {t('edit.again')}
        </Button>
      )}
      {problem.requestID && <div className={styles.request}>{t('app.request', { id: problem.requestID })}</div>}
    </div>
  )
}
