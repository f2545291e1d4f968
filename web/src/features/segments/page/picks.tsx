import { ActionIcon, Button, Select, Title } from '@mantine/core'
import { IconX } from '@tabler/icons-react'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { useMutation } from '@/lib/edits/use-mutation'
import { number } from '@/lib/text'
import type { Segment } from '../queries'
import { AddMany } from './picks-many'
import { PersonLink } from './person-link'
import { found, pick, type Picked, type PickKind } from './picks-queries'
import { namesOf } from './queries'
import styles from './segment.module.css'

/** How many are shown at once. */
const shownAtOnce = 100

/** Picks is who is in the segment, or never in it, because somebody decided so. */
export function Picks({ segment, mayWrite }: { segment: Segment; mayWrite: boolean }) {
  const { t } = useTranslation()
  const fixed = segment.kind === 'static'
  return (
    <>
      <p className={styles.muted}>{t(fixed ? 'segments.picks.fixedHelp' : 'segments.picks.help')}</p>
      <PickedPeople
        segment={segment}
        kind="members"
        title={t(fixed ? 'segments.picks.people' : 'segments.picks.pinned')}
        ids={segment.pinned ?? undefined}
        count={segment.pinned_count}
        mayWrite={mayWrite}
      />
      {mayWrite && <AddMany segment={segment} />}
      <PickedPeople
        segment={segment}
        kind="exclusions"
        title={t('segments.picks.excluded')}
        ids={segment.excluded ?? undefined}
        count={segment.excluded_count}
        mayWrite={mayWrite}
      />
    </>
  )
}

interface PeopleProps {
  segment: Segment
  kind: PickKind
  title: string
  /** Undefined when there are too many to tell. */
  ids: readonly string[] | undefined
  count: number
  mayWrite: boolean
}

function PickedPeople({ segment, kind, title, ids, count, mayWrite }: PeopleProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const [most, setMost] = useState(shownAtOnce)
  const shown = (ids ?? []).slice(0, most)
  const names = useQuery({ ...namesOf(shown), placeholderData: keepPreviousData })
  const { section, removed } = useFocusAfter(ids)
  const change = useMutation({
    mutationFn: (wanted: Picked) => pick(segment.id, kind, wanted),
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey: [noun] }) => noun === 'segments' || noun === 'contacts' }),
  })
  return (
    <section ref={section} aria-label={title}>
      <Title order={2} mt="md">
        {title} ({number(count)})
      </Title>
      {mayWrite && <AddOne title={title} add={(id) => change.mutate({ add: [id] })} />}
      {change.isError && <Failure cause={change.error} />}
      {names.isError && <Failure cause={names.error} retry={() => void names.refetch()} />}
      {count > 0 && ids === undefined && <p className={styles.muted}>{t('segments.picks.tooMany')}</p>}
      {shown.length > 0 && !names.isError && (
        <ul className={styles.picked}>
          {shown.map((id, at) => {
            const name = names.data?.get(id)?.name || (names.isPending || names.isPlaceholderData ? '…' : id)
            return (
              <li key={id}>
                <span>
                  <PersonLink id={id} names={names.data} awaited={names.isPending || names.isPlaceholderData} />
                </span>
                {mayWrite && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t('segments.picks.remove', { name })}
                    onClick={() => {
                      removed(at)
                      change.mutate({ remove: [id] })
                    }}
                  >
                    <IconX size={14} aria-hidden />
                  </ActionIcon>
                )}
              </li>
            )
          })}
        </ul>
      )}
      {(ids?.length ?? 0) > most && (
        <Button mt="sm" variant="default" onClick={() => setMost(most + shownAtOnce)}>
          {t('segments.page.moreRows')}
        </Button>
      )}
    </section>
  )
}

/** useFocusAfter moves the focus to the next person once one is removed, and to the search box after the last. */
function useFocusAfter(ids: readonly string[] | undefined) {
  const section = useRef<HTMLElement>(null)
  const gone = useRef<number>(undefined)
  useEffect(() => {
    const at = gone.current
    gone.current = undefined
    if (at === undefined || document.activeElement !== document.body) return
    const buttons = section.current?.querySelectorAll<HTMLElement>('li button') ?? []
    const next = buttons[Math.min(at, buttons.length - 1)] ?? section.current?.querySelector<HTMLElement>('input')
    next?.focus()
  }, [ids])
  const removed = (at: number) => {
    gone.current = at
  }
  return { section, removed }
}

/** AddOne finds one person by words, and adds them. */
function AddOne({ title, add }: { title: string; add: (id: string) => void }) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const people = useQuery(found(typed.trim()))
  return (
    <Select
      className={styles.addOne}
      label={t('segments.picks.add')}
      aria-label={`${t('segments.picks.add')}: ${title}`}
      placeholder={t('search.hint')}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      data={typed.trim() === '' ? [] : (people.data ?? [])}
      nothingFoundMessage={typed.trim() === '' ? undefined : people.isFetching ? t('app.loading') : t('find.nobody')}
      error={people.isError}
      value={null}
      onChange={(id) => id && add(id)}
    />
  )
}
