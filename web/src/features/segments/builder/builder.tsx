import { ActionIcon, Alert, Button, Textarea, TextInput, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp, IconChevronUp, IconKeyboard } from '@tabler/icons-react'
import { useBlocker } from '@tanstack/react-router'
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { isProblem } from '@/lib/api/client'
import type { Group } from '@/lib/filter/types'
import { moment, number } from '@/lib/text'
import { filterOf, type Segment } from '../queries'
import type { Panel } from '../views'
import styles from './builder.module.css'
import type { Catalog } from './catalog'
import { CompareDialog } from './compare-dialog'
import { ConflictDialog } from './conflict-dialog'
import { sentOf } from './convert'
import { draftOf, plain, type Draft } from './draft'
import { GroupCard } from './group-card'
import { KeysDialog } from './keys-dialog'
import { answerKey, focusPart, rowOf } from './keys'
import { LeaveDialog } from './leave-dialog'
import { edited, find, isGroupNode, limits, sizeOf, treeOf, type GroupNode } from './model'
import type { Zone } from './period'
import { begin, reduce } from './reducer'
import { Count, Results } from './results'
import { canonical } from './canonical'
import { ShareMenu } from './share'
import { BoardContext, LiveStore, type Board } from './store'
import { TextDialog } from './text-dialog'
import { useDraft } from './use-draft'
import { idsOf, useCounted } from './use-live'
import { useSave } from './use-save'

interface Props {
  segment: Segment | undefined
  start: Group | undefined
  catalog: Catalog
  segments: readonly Segment[]
  zone: Zone
  panel: Panel
  show: (panel: Panel) => void
  done: (segment: Segment) => void
  /** Begins again from what somebody else has saved. */
  renew: (segment: Segment) => void
}

type Layer = 'text' | 'compare' | 'keys'

/** Builder builds the filter of a segment, and says at each change whom it chooses. */
export function Builder({ segment, start, catalog, segments, zone, panel, show, done, renew }: Props) {
  const { t } = useTranslation()
  const id = segment?.id ?? ''
  const listed = segment?.kind === 'static' // it has no filter, only people who were picked
  const [state, dispatch] = useReducer(reduce, undefined, () => begin(treeOf(filterOf(segment) ?? start)))
  const [name, setName] = useState(segment?.name ?? '')
  const [description, setDescription] = useState(segment?.description ?? '')
  const [layer, setLayer] = useState<Layer>()
  const [sheet, setSheet] = useState(false)
  const [waits, setWaits] = useState('')
  const [store] = useState(() => new LiveStore())
  const canvas = useRef<HTMLDivElement>(null)
  const nameBox = useRef<HTMLInputElement>(null)
  const counted = useCounted(state, catalog, id, store)
  const { sent, faults } = counted

  const board = useBoard(state.root, { dispatch, catalog, segments, segmentID: id, zone, store })
  useFocus(state.focus, canvas)

  const [offered, setOffered] = useState<Draft | undefined>(() => draftOf(id))
  const dirty =
    name !== (segment?.name ?? '') ||
    description !== (segment?.description ?? '') ||
    canonical(plain(state.root)) !== canonical(plain(treeOf(filterOf(segment))))
  const draft = useDraft(id, { name, description, root: state.root, version: segment?.version ?? 0 }, dirty)
  const finished = useCallback(
    (saved: Segment) => {
      draft.forget()
      done(saved)
    },
    [draft, done],
  )
  const saving = useSave({ segment, name, description, filter: sent.filter, done: finished })
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && !draft.forgotten() && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty && !draft.forgotten(),
    withResolver: true,
  })

  const restore = (kept: Draft) => {
    setName(kept.name)
    setDescription(kept.description)
    dispatch({ do: 'replace', root: treeOf(kept.filter) })
    setOffered(undefined)
  }
  const size = sizeOf(state.root)
  const tooLarge = size.rules > limits.rules || size.levels > limits.levels

  const trySave = () => {
    const [first] = sent.unfinished
    if (name.trim() === '') {
      setWaits(t('segments.save.noName'))
      nameBox.current?.focus()
    } else if (first) {
      setWaits(t('segments.save.unfinished', { count: sent.unfinished.length, number: number(sent.unfinished.length), why: t(`segments.lacks.${first.lack}`) }))
      goTo(canvas.current, state.root, first.id)
    } else if (tooLarge) {
      setWaits(t('segments.save.tooLarge', { rules: number(limits.rules), levels: number(limits.levels) }))
    } else {
      setWaits('')
      saving.save()
    }
  }
  const nextFault = () => {
    const wrong = new Set([...faults.map((fault) => fault.id), ...sent.unfinished.map((one) => one.id)])
    const ids = idsOf(state.root)
    const here = ids.indexOf(rowOf(document.activeElement)?.dataset['node'] ?? '')
    const next = [...ids.slice(here + 1), ...ids.slice(0, here + 1)].find((one) => wrong.has(one))
    if (next) goTo(canvas.current, state.root, next)
  }
  useBuilderKeys({ undo: () => dispatch({ do: 'undo' }), redo: () => dispatch({ do: 'redo' }), save: trySave, nextFault })

  const problem = isProblem(saving.error) ? saving.error : undefined
  const nameFault = problem?.type === 'name-taken' ? problem.detail : problem?.at('name')
  const reading = counted.data && !counted.error ? counted.data.reading : ''
  const { focus } = state
  const opening = useMemo(() => (focus?.part === 'field' ? { id: focus.id, n: focus.n } : undefined), [focus])
  return (
    <BoardContext value={board}>
      <div className={styles.builder}>
        <header className={styles.header}>
          <h1 className={styles.title}>{t(segment ? 'segments.builder.edit' : 'segments.builder.new')}</h1>
          <div className={styles.nameLine}>
            <TextInput
              ref={nameBox}
              className={styles.name}
              label={t('segments.builder.name')}
              dir="auto"
              maxLength={200}
              required
              error={nameFault}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <div className={styles.tools}>
              <Tool label={t('segments.builder.undo')} keys="Ctrl Z" icon={<IconArrowBackUp size={16} aria-hidden />} off={state.past.length === 0} act={() => dispatch({ do: 'undo' })} />
              <Tool label={t('segments.builder.redo')} keys="Ctrl Shift Z" icon={<IconArrowForwardUp size={16} aria-hidden />} off={state.future.length === 0} act={() => dispatch({ do: 'redo' })} />
              <Tool label={t('segments.keys.title')} icon={<IconKeyboard size={16} aria-hidden />} off={false} act={() => setLayer('keys')} />
              <ShareMenu filter={sent.filter} edit={() => setLayer('text')} />
              {segment && (
                <Button h={32} variant="default" onClick={() => setLayer('compare')} disabled={!dirty}>
                  {t('segments.builder.compare')}
                </Button>
              )}
              <Button h={32} loading={saving.isPending} onClick={trySave}>
                {t('app.save')}
              </Button>
            </div>
          </div>
          <Textarea
            size="xs"
            className={styles.description}
            label={t('segments.builder.description')}
            dir="auto"
            autosize={false}
            rows={1}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
          {waits && (
            <p role="alert" className={styles.fault}>
              {waits}
            </p>
          )}
          {saving.error !== undefined && saving.error !== null && !nameFault && <Failure cause={saving.error} retry={trySave} />}
          {offered && (
            <Alert variant="outline" title={t('segments.draft.title', { at: moment(new Date(offered.at).toISOString(), zone.zone) })}>
              <Button size="xs" onClick={() => restore(offered)}>
                {t('segments.draft.restore')}
              </Button>{' '}
              <Button
                size="xs"
                variant="default"
                onClick={() => {
                  setOffered(undefined)
                  if (!dirty) draft.drop()
                }}
              >
                {t('segments.draft.drop')}
              </Button>
            </Alert>
          )}
          {!listed && (
            <p className={styles.reading} aria-label={t('segments.builder.reading')} role="note" dir="auto">
              {reading || '\u00a0'}
            </p>
          )}
        </header>
        <div ref={canvas} className={styles.canvas} onKeyDown={(event) => canvas.current && answerKey(event, canvas.current, dispatch)}>
          {listed ? (
            <Alert variant="outline">{t('segments.builder.static')}</Alert>
          ) : (
            <GroupCard group={state.root} entity="contact" place="" depth={1} opening={opening} />
          )}
        </div>
        {!listed && <section className={styles.results} data-open={sheet} aria-label={t('segments.builder.results')}>
          <button type="button" className={styles.handle} aria-expanded={sheet} onClick={() => setSheet(!sheet)}>
            {t('segments.builder.results')} <IconChevronUp size={16} aria-hidden />
          </button>
          <Count counted={counted} saved={segment !== undefined && dirty} />
          <div className={styles.more}>
            <Results counted={counted} panel={panel} show={show} />
          </div>
        </section>}
      </div>
      {layer === 'text' && (
        <TextDialog
          filter={sent.filter}
          close={() => setLayer(undefined)}
          take={(filter) => {
            dispatch({ do: 'replace', root: treeOf(filter) })
            setLayer(undefined)
          }}
        />
      )}
      {layer === 'keys' && <KeysDialog close={() => setLayer(undefined)} />}
      {layer === 'compare' && segment && <CompareDialog segment={segment} filter={sent.filter} counted={counted} close={() => setLayer(undefined)} />}
      {saving.theirs && (
        <ConflictDialog
          theirs={saving.theirs}
          mine={{ name, filter: sent.filter }}
          close={saving.dismiss}
          overwrite={saving.overwrite}
          copy={() => saving.copy(t('segments.conflict.copyName', { name }))}
          take={() => {
            draft.forget()
            if (saving.theirs) renew(saving.theirs)
          }}
        />
      )}
      {blocker.status === 'blocked' && (
        <LeaveDialog
          stay={blocker.reset}
          leave={() => {
            draft.drop()
            blocker.proceed()
          }}
        />
      )}
    </BoardContext>
  )
}

function Tool({ label, keys, icon, off, act }: { label: string; keys?: string; icon: React.ReactNode; off: boolean; act: () => void }) {
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label}>
      <ActionIcon variant="default" size={32} aria-label={label} disabled={off} onClick={act}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
}

/** useBoard is what the rows share. It answers from the newest tree without being another object at each change. */
function useBoard(root: GroupNode, shared: Omit<Board, 'without' | 'alone'>): Board {
  const newest = useRef(root)
  newest.current = root
  const { dispatch, catalog, segments, segmentID, zone, store } = shared
  return useMemo(
    () => ({
      dispatch, catalog, segments, segmentID, zone, store,
      without: (id: string): Group => {
        const tree = newest.current
        const found = find(tree, id)
        if (found?.parent !== tree || tree.combinator !== 'and' || tree.not) return { combinator: 'and', rules: [] }
        const rest = edited(tree, tree.id, () => ({ ...tree, rules: tree.rules.filter((node) => node.id !== id) }))
        return sentOf(rest, catalog).filter
      },
      alone: (id: string): Group | undefined => {
        const node = find(newest.current, id)?.node
        if (!node) return undefined
        const lone: GroupNode = isGroupNode(node) ? node : { id: '', combinator: 'and', not: false, rules: [node] }
        const { filter, unfinished } = sentOf(lone, catalog)
        return unfinished.length > 0 || filter.rules.length === 0 ? undefined : filter
      },
    }),
    [dispatch, catalog, segments, segmentID, zone, store],
  )
}

/** goTo puts the focus on a row, or on the group around it that is folded. */
function goTo(canvas: HTMLElement | null, root: GroupNode, id: string): void {
  for (let at: string | undefined = id; canvas && at !== undefined; at = find(root, at)?.parent?.id) {
    if (focusPart(canvas, at, at === id ? 'value' : 'row')) return
  }
}

function useFocus(focus: { id: string; part: 'row' | 'field' | 'value'; n: number } | undefined, canvas: React.RefObject<HTMLDivElement | null>): void {
  useEffect(() => {
    if (focus && canvas.current) focusPart(canvas.current, focus.id, focus.part)
  }, [focus, canvas])
}

/** useBuilderKeys answers the keys that hold on the whole page. A dialog over it keeps them to itself. */
function useBuilderKeys(keys: { undo: () => void; redo: () => void; save: () => void; nextFault: () => void }): void {
  const newest = useRef(keys)
  newest.current = keys
  useEffect(() => {
    const answer = (event: KeyboardEvent) => {
      if (document.querySelector('[role=dialog][aria-modal=true]')) return
      const target = event.target as HTMLElement
      const elsewhere = target.closest('input, textarea') !== null && rowOf(target) === null
      const key = event.key.toLowerCase()
      const control = event.ctrlKey || event.metaKey
      const act =
        event.key === 'F8'
          ? newest.current.nextFault
          : control && key === 's'
            ? newest.current.save
            : control && !elsewhere && (key === 'y' || (key === 'z' && event.shiftKey))
              ? newest.current.redo
              : control && !elsewhere && key === 'z'
                ? newest.current.undo
                : undefined
      if (!act) return
      event.preventDefault()
      act()
    }
    window.addEventListener('keydown', answer)
    return () => window.removeEventListener('keydown', answer)
  }, [])
}
