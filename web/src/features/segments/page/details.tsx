import { Button, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DurationInput } from '@/components/duration-input'
import { Failure } from '@/components/failure'
import { useMeanwhile } from '@/components/meanwhile'
import { Restored } from '@/components/restored'
import { useDraft } from '@/lib/use-draft'
import type { Segment } from '../queries'
import styles from './segment.module.css'
import { useChange } from './use-change'

/** Help stands under the fields, so that those beside each other are at one height. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

/** What can be said of a segment beside its filter, as it is typed. */
interface Form {
  owner: string
  labels: string[]
  /** A label that is not finished. */
  label: string
  /** How many of the newest snapshots are kept; empty for as the settings say. */
  count: string
  /** For how long they are kept, as the API has it; empty for however old they are. */
  age: string
}

/** formOf is the form of a segment that nobody has touched. */
export function formOf({ owner, labels, keep }: Pick<Segment, 'owner' | 'labels' | 'keep'>): Form {
  return { owner: owner ?? '', labels: labels ?? [], label: '', count: keep?.count ? String(keep.count) : '', age: keep?.age ?? '' }
}

/** changeOf is what a form changes of a segment: only what somebody has touched. */
export function changeOf(form: Form, touched: Partial<Form>) {
  const keeps = 'count' in touched || 'age' in touched
  const keep = form.count === '' && form.age === '' ? null : { count: form.count === '' ? null : Number(form.count), age: form.age || null }
  return {
    ...('owner' in touched && { owner: form.owner.trim() || null }),
    ...('labels' in touched && { labels: form.labels }),
    ...(keeps && { keep }),
  }
}

/** Details is who looks after the segment, its labels, and how long its snapshots are kept. */
export function Details({ segment, mayWrite }: { segment: Segment; mayWrite: boolean }) {
  const { t } = useTranslation()
  const draft = useDraft<Form>(`details-${segment.id}`, formOf(segment))
  const { value: form, typed, put } = draft
  const touched = Object.keys(typed).length > 0
  const meanwhile = useMeanwhile(draft)
  const [done, setDone] = useState(false)
  const change = useChange(segment)
  const { problem } = change
  const save = async () => {
    if (!(await change.send({ since: segment.version, ...changeOf(form, typed) }))) return
    draft.saved({ ...typed, label: '' })
    setDone(true)
  }
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <fieldset disabled={!mayWrite} className={styles.plain}>
        <Restored draft={draft} />
        <div className={styles.fields}>
          <TextInput
            label={t('segments.all.owner')}
            description={t('segments.details.ownerHelp')}
            inputWrapperOrder={order}
            dir="auto"
            maxLength={200}
            error={problem?.at('owner') ?? meanwhile('owner')}
            value={form.owner}
            onChange={(event) => put({ owner: event.currentTarget.value })}
          />
          <TagsInput
            label={t('segments.details.labels')}
            description={t('segments.details.labelsHelp')}
            inputWrapperOrder={order}
            disabled={!mayWrite}
            error={problem?.body.errors?.find(({ location }) => location.startsWith('labels'))?.detail ?? meanwhile('labels')}
            value={form.labels}
            onChange={(labels) => put({ labels })}
            searchValue={form.label}
            onSearchChange={(label) => put({ label })}
          />
        </div>
        <div className={styles.fields}>
          <TextInput
            label={t('segments.details.count')}
            description={t('segments.details.countHelp')}
            inputWrapperOrder={order}
            inputMode="numeric"
            pattern="[0-9]*"
            error={problem?.at('keep.count') ?? meanwhile('count')}
            value={form.count}
            onChange={(event) => put({ count: event.currentTarget.value })}
          />
          <DurationInput
            label={t('segments.details.age')}
            description={t('segments.details.ageHelp')}
            disabled={!mayWrite}
            error={problem?.at('keep.age') ?? meanwhile('age')}
            helpBelow
            value={form.age}
            change={(age) => put({ age })}
          />
        </div>
        {mayWrite && (
          <Button type="submit" loading={change.pending} disabled={!touched}>
            {t('app.save')}
          </Button>
        )}
      </fieldset>
      {change.problem && <Failure cause={change.problem} atFields={/^(owner|labels|keep\.)/} />}
      <p role="status">{done && !touched && t('segments.details.saved')}</p>
    </form>
  )
}
