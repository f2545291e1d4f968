import { Alert } from '@mantine/core'
import { IconChevronUp } from '@tabler/icons-react'
import { useBlocker } from '@tanstack/react-router'
import { Suspense, useCallback, useDeferredValue, useMemo, useReducer, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Group } from '@/lib/filter/types'
import { number } from '@/lib/text'
import { filterOf, type Segment } from '../queries'
import type { Panel } from '../views'
import styles from './builder.module.css'
import { textOf } from './canonical'
import type { Catalog } from './catalog'
import { draftOf, type Draft } from './draft'
import { GroupCard } from './group-card'
import { BuilderHeader, type Layer } from './header'
import { answerKey, rowOf } from './keys'
import { CompareDialog, ConflictDialog, KeysDialog, LeaveDialog, TextDialog } from './later'
import { limits, sizeOf, treeOf } from './model'
import type { Zone } from './period'
import { begin, reduce, type State } from './reducer'
import { Count, Results } from './results'
import { BoardContext, LiveStore } from './store'
import { useNewBoard } from './use-board'
import { useKeepDraft } from './use-keep-draft'
import { goTo, useBuilderKeys, useFocus } from './use-keys'
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

/** useSteps is how many steps can be undone, and redone. */
function useSteps({ past, future }: State) {
  const [back, forth] = [past.length, future.length]
  return useMemo(() => ({ back, forth }), [back, forth])
}

/** Builder builds the filter of a segment, and says at each change whom it chooses. */
export function Builder({ segment, start, catalog, segments, zone, panel, show, done, renew }: Props) {
  const { t } = useTranslation()
  const id = segment?.id ?? ''
  const listed = segment?.kind === 'static' // it has no filter, only people who were picked
  const [state, dispatch] = useReducer(reduce, undefined, () => begin(treeOf(filterOf(segment) ?? start)))
  const [form, setForm] = useState({ name: segment?.name ?? '', description: segment?.description ?? '', fixed: false })
  // The version that the changes began from. Those of a draft may have begun from an earlier one.
  const [version, setVersion] = useState(segment?.version ?? 0)
  const [layer, setLayer] = useState<Layer>()
  const [sheet, setSheet] = useState(false)
  const [waits, setWaits] = useState('')
  const [store] = useState(() => new LiveStore())
  const canvas = useRef<HTMLDivElement>(null)
  const nameBox = useRef<HTMLInputElement>(null)
  const counted = useCounted(state, catalog, id, store)
  const { sent, faults } = counted

  const board = useNewBoard(state.root, { t, dispatch, catalog, segments, segmentID: id, zone, store })
  useFocus(state.focus, canvas)

  const [offered, setOffered] = useState<Draft | undefined>(() => draftOf(id))
  const before = useMemo(() => textOf(treeOf(filterOf(segment))), [segment])
  const now = textOf(state.root)
  const dirty = form.fixed || form.name !== (segment?.name ?? '') || form.description !== (segment?.description ?? '') || now !== before
  const draft = useKeepDraft(id, { ...form, root: state.root, version }, dirty)
  const finished = useCallback(
    (saved: Segment) => {
      draft.forget()
      done(saved)
    },
    [draft, done],
  )
  const saving = useSave({ segment, version, ...form, filter: sent.filter, done: finished })
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => dirty && !draft.forgotten() && current.pathname !== next.pathname,
    enableBeforeUnload: () => dirty && !draft.forgotten(),
    withResolver: true,
  })

  const restore = (kept: Draft) => {
    setForm({ name: kept.name, description: kept.description, fixed: kept.fixed === true })
    setVersion(kept.version)
    dispatch({ do: 'replace', root: treeOf(kept.filter) })
  }
  const trySave = () => {
    const [first] = sent.unfinished
    const size = sizeOf(state.root)
    if (form.name.trim() === '') {
      setWaits(t('segments.save.noName'))
      nameBox.current?.focus()
    } else if (first) {
      setWaits(t('segments.save.unfinished', { count: sent.unfinished.length, number: number(sent.unfinished.length), why: t(`segments.lacks.${first.lack}`) }))
      goTo(canvas.current, state.root, first.id)
    } else if (size.rules > limits.rules || size.levels > limits.levels) {
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

  const answer = (kept: Draft | undefined) => {
    if (kept) restore(kept)
    else if (!dirty) draft.drop()
    setOffered(undefined)
  }
  // What stands around the rows is drawn after the letter that somebody has typed into one.
  const newest = useRef({ trySave, answer })
  newest.current = { trySave, answer }
  const header = {
    put: useCallback((change: Partial<typeof form>) => setForm((now) => ({ ...now, ...change })), []),
    save: useCallback(() => newest.current.trySave(), []),
    answer: useCallback((kept: Draft | undefined) => newest.current.answer(kept), []),
    steps: useSteps(state),
    saving: useMemo(() => ({ error: saving.error, isPending: saving.isPending }), [saving.error, saving.isPending]),
    filter: useDeferredValue(sent).filter,
  }
  const later = useDeferredValue(counted)

  const close = () => setLayer(undefined)
  return (
    <BoardContext value={board}>
      <div className={styles.builder}>
        <BuilderHeader
          segment={segment}
          form={form}
          {...header}
          nameBox={nameBox}
          dirty={dirty}
          waits={waits}
          open={setLayer}
          offered={offered}
          reading={counted.data && !counted.error ? counted.data.reading : ''}
        />
        <div ref={canvas} className={styles.canvas} onKeyDown={(event) => canvas.current && answerKey(event, canvas.current, dispatch)}>
          {listed ? (
            <Alert variant="outline">{t('segments.builder.static')}</Alert>
          ) : (
            <GroupCard group={state.root} entity="contact" place="" depth={1} />
          )}
        </div>
        {!listed && (
          <section className={styles.results} data-open={sheet} aria-label={t('segments.builder.results')}>
            <button type="button" className={styles.handle} aria-expanded={sheet} onClick={() => setSheet(!sheet)}>
              {t('segments.builder.results')} <IconChevronUp size={16} aria-hidden />
            </button>
            <Count counted={counted} saved={segment !== undefined && dirty} />
            <div className={styles.more}>
              <Results counted={later} panel={panel} show={show} />
            </div>
          </section>
        )}
      </div>
      <Suspense>
        {layer === 'text' && (
          <TextDialog
            filter={sent.filter}
            close={close}
            take={(filter) => {
              dispatch({ do: 'replace', root: treeOf(filter) })
              close()
            }}
          />
        )}
        {layer === 'keys' && <KeysDialog close={close} />}
        {layer === 'compare' && segment && <CompareDialog segment={segment} filter={sent.filter} counted={counted} close={close} />}
        {saving.theirs && (
          <ConflictDialog
            theirs={saving.theirs}
            mine={{ name: form.name, filter: sent.filter }}
            close={saving.dismiss}
            overwrite={saving.overwrite}
            copy={listed ? undefined : () => saving.copy(t('segments.conflict.copyName', { name: form.name }))}
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
      </Suspense>
    </BoardContext>
  )
}
