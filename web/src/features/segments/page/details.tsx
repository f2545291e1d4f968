import { Button, TagsInput, TextInput } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DurationInput } from '@/components/duration-input'
import { Failure } from '@/components/failure'
import { isProblem } from '@/lib/api/client'
import type { Segment } from '../queries'
import styles from './segment.module.css'
import { useChange } from './use-change'

/** Help stands under the fields, so that those beside each other are at one height. */
const order: ('label' | 'input' | 'description' | 'error')[] = ['label', 'input', 'description', 'error']

/** What can be said of a segment beside its filter, as it is typed. */
interface Form {
  owner: string
  labels: string[]
  /** How many of the newest snapshots are kept; empty for as the settings say. */
  count: string
  /** For how long they are kept, as the API has it; empty for however old they are. */
  age: string
}

/** formOf is the form of a segment that nobody has touched. */
export function formOf({ owner, labels, keep }: Pick<Segment, 'owner' | 'labels' | 'keep'>): Form {
  return { owner: owner ?? '', labels: labels ?? [], count: keep?.count ? String(keep.count) : '', age: keep?.age ?? '' }
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
  // What was typed stays, also when somebody else changes the segment meanwhile.
  const [touched, setTouched] = useState<Partial<Form>>({})
  const form = { ...formOf(segment), ...touched }
  const put = (part: Partial<Form>) => setTouched((before) => ({ ...before, ...part }))
  const change = useChange(segment)
  const problem = isProblem(change.error) ? change.error : undefined
  const save = () => change.mutate({ since: segment.version, ...changeOf(form, touched) }, { onSuccess: () => setTouched({}) })
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        save()
      }}
    >
      <fieldset disabled={!mayWrite} className={styles.plain}>
        <div className={styles.fields}>
          <TextInput
            label={t('segments.all.owner')}
            description={t('segments.details.ownerHelp')}
            inputWrapperOrder={order}
            dir="auto"
            maxLength={200}
            error={problem?.at('owner')}
            value={form.owner}
            onChange={(event) => put({ owner: event.currentTarget.value })}
          />
          <TagsInput
            label={t('segments.details.labels')}
            description={t('segments.details.labelsHelp')}
            inputWrapperOrder={order}
            disabled={!mayWrite}
            error={problem?.body.errors?.find(({ location }) => location.startsWith('labels'))?.detail}
            value={form.labels}
            onChange={(labels) => put({ labels })}
          />
        </div>
        <div className={styles.fields}>
          <TextInput
            label={t('segments.details.count')}
            description={t('segments.details.countHelp')}
            inputWrapperOrder={order}
            inputMode="numeric"
            pattern="[0-9]*"
            error={problem?.at('keep.count')}
            value={form.count}
            onChange={(event) => put({ count: event.currentTarget.value })}
          />
          <DurationInput
            label={t('segments.details.age')}
            description={t('segments.details.ageHelp')}
            disabled={!mayWrite}
            error={problem?.at('keep.age')}
            helpBelow
            value={form.age}
            change={(age) => put({ age })}
          />
        </div>
        {mayWrite && (
          <Button type="submit" loading={change.isPending} disabled={Object.keys(touched).length === 0}>
            {t('app.save')}
          </Button>
        )}
      </fieldset>
      {change.isError && <Failure cause={change.error} atFields={/^(owner|labels|keep\.)/} />}
      <p role="status">{change.isSuccess && Object.keys(touched).length === 0 && t('segments.details.saved')}</p>
    </form>
  )
}
