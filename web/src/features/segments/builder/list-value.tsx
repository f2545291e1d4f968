import { Button, CloseButton, Combobox, Pill, PillsInput, useCombobox } from '@mantine/core'
import { IconCheck, IconListDetails } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useEffect, useId, useMemo, useRef, useState, type KeyboardEvent } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { countryCodes } from '@/lib/countries'
import { fold, number } from '@/lib/text'
import { values as valuesOf } from '../queries'
import styles from './builder.module.css'
import { circular } from './cycles'
import { ListDialog } from './later'
import { isList, type Choice } from './pasted'
import { useBoard, useFault } from './store'
import { numberOf, type ValueProps } from './value-controls'
import { wordOf } from './words'

/** How many values stand in the row, and how many in the menu. */
const shownPills = 20
const shownChoices = 100

/** A value that the menu offers. */
interface Offer extends Choice {
  count?: number
  /** Why it cannot be picked. */
  barred?: string
}

/** Fields whose values are counted in the menu: in few others do two people have the same. */
const counted = new Set(['text', 'choice', 'country', 'many'])

/** ListValue is some values: out of a menu with counts, typed, or pasted as a list. */
export function ListValue(props: ValueProps & { entity: string }) {
  const { id, field, value, label, change } = props
  const { t } = useTranslation()
  const fault = useFault(id, 'value')
  const [typed, setTyped] = useState('')
  const list = useId()
  const [dialog, setDialog] = useState<string>()
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() })
  // Known before the list is there, so that the box says at once what it controls.
  const { setListId } = combobox
  useEffect(() => setListId(list), [setListId, list])
  const { segments, segmentID } = useBoard()
  const names = useMemo(() => new Map(segments.map(({ id: one, name }) => [one, name])), [segments])
  const chosen = (Array.isArray(value) ? value : []).map(String)
  const numbers = field.kind === 'number' || field.kind === 'currency' || field.kind === 'percentage'
  const offered = useOffers(props, combobox.dropdownOpened)
  const free = !offered.closed
  const put = (next: string[]) => change(next.length === 0 ? undefined : numbers ? next.map(numberOf) : next)
  const add = (text: string) => {
    if (text.trim() !== '' && !chosen.some((one) => one === text)) put([...chosen, text.trim()])
    setTyped('')
  }
  // A word that is not finished is taken when the page is left, as when the box is.
  const leave = useRef(() => undefined as void)
  leave.current = () => {
    if (free && typed.trim() !== '') flushSync(() => add(typed))
  }
  useEffect(() => {
    const left = () => leave.current()
    window.addEventListener('beforeunload', left)
    return () => window.removeEventListener('beforeunload', left)
  }, [])
  const remove = (one: string) => put(chosen.filter((other) => other !== one))
  const press = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Backspace' && typed === '' && chosen.length > 0) {
      event.preventDefault()
      put(chosen.slice(0, -1))
    } else if (event.key === 'Enter' && free && typed.trim() !== '' && !combobox.dropdownOpened) {
      event.preventDefault()
      add(typed)
    }
  }
  const shown = fitting(offered.choices, typed)
  return (
    <>
      <Combobox
        store={combobox}
        width={300}
        position="bottom-start"
        keepMounted={false}
        onOptionSubmit={(one) => (chosen.includes(one) ? remove(one) : add(one))}
      >
        <Combobox.DropdownTarget>
          <PillsInput size="xs" className={styles.grow} error={fault !== undefined} onClick={() => combobox.openDropdown()}>
            <Pill.Group>
              {chosen.slice(0, shownPills).map((one) => (
                <Pill key={one} className={styles.pill}>
                  <span dir="auto">{wordOf(t, field, one, names)}</span>
                  <CloseButton size={16} aria-label={t('segments.builder.removeValue', { value: wordOf(t, field, one, names) })} tabIndex={-1} onClick={() => remove(one)} />
                </Pill>
              ))}
              {chosen.length > shownPills && <span>{t('segments.builder.moreValues', { number: number(chosen.length - shownPills) })}</span>}
              <Combobox.EventsTarget withExpandedAttribute>
                <PillsInput.Field
                  data-part="value"
                  dir="auto"
                  role="combobox"
                  aria-label={label}
                  aria-invalid={fault !== undefined}
                  aria-describedby={fault === undefined ? undefined : `fault-${id}`}
                  placeholder={chosen.length === 0 ? t('segments.builder.chooseValues') : ''}
                  value={typed}
                  onFocus={() => combobox.openDropdown()}
                  onBlur={() => {
                    combobox.closeDropdown()
                    if (free && typed.trim() !== '') add(typed)
                    else setTyped('')
                  }}
                  onChange={(event) => {
                    setTyped(event.currentTarget.value)
                    combobox.openDropdown()
                    combobox.selectFirstOption()
                  }}
                  onPaste={(event) => {
                    const text = event.clipboardData.getData('text')
                    if (!isList(text)) return
                    event.preventDefault()
                    combobox.closeDropdown()
                    setDialog(text)
                  }}
                  onKeyDown={press}
                />
              </Combobox.EventsTarget>
            </Pill.Group>
          </PillsInput>
        </Combobox.DropdownTarget>
        <Combobox.Dropdown hidden={shown.length === 0 && typed.trim() === '' && !offered.loading}>
          <Combobox.Options id={list} aria-label={label} className={styles.options}>
            {shown.map((offer) => (
              <OfferOption key={offer.value} offer={offer} picked={chosen.includes(offer.value)} />
            ))}
            {free && typed.trim() !== '' && !shown.some((offer) => fold(offer.label) === fold(typed.trim())) && (
              <Combobox.Option value={typed.trim()}>
                {t('segments.builder.use', { value: typed.trim() })}
                {offered.complete && field.kind === 'many' && <span className={styles.muted}> · {t('segments.builder.nobodyHas')}</span>}
              </Combobox.Option>
            )}
            {shown.length === 0 && !free && <Combobox.Empty>{t('segments.builder.noValue')}</Combobox.Empty>}
            {offered.loading && <Combobox.Empty>{t('app.loading')}</Combobox.Empty>}
          </Combobox.Options>
        </Combobox.Dropdown>
      </Combobox>
      <Button
        size="compact-xs"
        variant="subtle"
        className={styles.listButton}
        aria-label={`${t('segments.builder.pasteList')}, ${label}`}
        onClick={() => setDialog('')}
      >
        <IconListDetails size={14} aria-hidden />
      </Button>
      {dialog !== undefined && (
        <Suspense>
          <ListDialog
            name={`${segmentID}-${field.key}`}
            label={field.label}
            before={chosen}
            start={dialog}
            choices={free ? undefined : offered.choices}
            close={() => setDialog(undefined)}
            take={(next) => {
              put(next)
              setDialog(undefined)
            }}
          />
        </Suspense>
      )}
    </>
  )
}

function OfferOption({ offer, picked }: { offer: Offer; picked: boolean }) {
  return (
    <Combobox.Option value={offer.value} active={picked} disabled={offer.barred !== undefined}>
      <span className={styles.option}>
        {picked ? <IconCheck size={14} aria-hidden /> : <span className={styles.noIcon} />}
        <span className={styles.cut} dir="auto">
          {offer.label}
          {offer.barred && <span className={styles.muted}> · {offer.barred}</span>}
        </span>
        {offer.count !== undefined && <span className={styles.count}>{number(offer.count)}</span>}
      </span>
    </Combobox.Option>
  )
}

function fitting(offers: readonly Offer[], typed: string): Offer[] {
  const wanted = fold(typed.trim())
  if (wanted === '') return offers.slice(0, shownChoices)
  const fits = offers.filter(({ label, value }) => fold(label).includes(wanted) || fold(value) === wanted)
  const rank = ({ label, value }: Offer) => (fold(value) === wanted ? 0 : fold(label).startsWith(wanted) ? 1 : 2)
  return fits.sort((a, b) => rank(a) - rank(b)).slice(0, shownChoices)
}

/**
 * useOffers are the values that a field can have or that people have, the most common first. `closed`: there are no
 * others. `complete`: all values that anybody has are here.
 */
function useOffers({ id, field, entity }: ValueProps & { entity: string }, open: boolean) {
  const { t } = useTranslation()
  const { segments, segmentID, without } = useBoard()
  const asks = open && entity === 'contact' && counted.has(field.kind) && !/identities$/.test(field.key)
  const facet = useQuery({ ...valuesOf(field.key, asks ? without(id) : { combinator: 'and', rules: [] }), enabled: asks })
  const closed = field.options !== undefined || field.kind === 'country' || field.kind === 'segment'
  const choices = useMemo((): Offer[] => {
    if (!open && field.kind !== 'segment' && !field.options && field.kind !== 'country') return []
    if (field.kind === 'segment') {
      const barred = circular(segments, segmentID)
      return segments.map((one) => ({
        value: one.id,
        label: one.name,
        ...(one.snapshot && { count: one.snapshot.count }),
        ...(barred.has(one.id) && { barred: t('segments.builder.circular') }),
      }))
    }
    const counts = new Map((facet.data?.values ?? []).map(({ value, count }) => [String(value), count]))
    const known = field.kind === 'country' ? countryCodes : (field.options ?? [])
    const all = [...counts.keys(), ...known.filter((value) => !counts.has(value))]
    return all.map((value) => ({
      value,
      label: wordOf(t, field, value),
      ...(facet.data && { count: counts.get(value) ?? (facet.data.other ? undefined : 0) }),
    })) as Offer[]
  }, [facet.data, field, open, segmentID, segments, t])
  return { choices, closed, loading: facet.isFetching && !facet.data, complete: facet.data !== undefined && facet.data.other === 0 }
}
