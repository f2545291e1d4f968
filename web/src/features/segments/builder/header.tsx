import { ActionIcon, Alert, Button, Checkbox, Textarea, TextInput, Tooltip } from '@mantine/core'
import { IconArrowBackUp, IconArrowForwardUp, IconKeyboard } from '@tabler/icons-react'
import { memo, type ReactNode, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { isProblem } from '@/lib/api/client'
import type { Group } from '@/lib/filter/types'
import { moment } from '@/lib/text'
import type { Segment } from '../queries'
import styles from './builder.module.css'
import type { Draft } from './draft'
import { ShareMenu } from './share'
import { useBoard } from './store'

/** What can lie over the builder. */
export type Layer = 'text' | 'compare' | 'keys'

/** What a segment has besides its filter. `fixed`: those who pass now become its members, and stay. */
interface Form {
  name: string
  description: string
  fixed: boolean
}

interface Props {
  segment: Segment | undefined
  form: Form
  put: (change: Partial<Form>) => void
  nameBox: RefObject<HTMLInputElement | null>
  /** How many steps can be undone, and redone. */
  steps: { back: number; forth: number }
  dirty: boolean
  saving: { error: unknown; isPending: boolean }
  save: () => void
  /** Why saving waits; empty when it does not. */
  waits: string
  filter: Group
  open: (layer: Layer) => void
  /** What was not saved earlier, and what takes it, or throws it away. */
  offered: Draft | undefined
  answer: (kept: Draft | undefined) => void
  reading: string
}

/** BuilderHeader is the name of a segment, what can be done with it, and its filter in words. */
export const BuilderHeader = memo(function BuilderHeader(props: Props) {
  const { segment, form, put, saving, waits } = props
  const { t } = useTranslation()
  const listed = segment?.kind === 'static'
  const problem = isProblem(saving.error) ? saving.error : undefined
  const nameFault = problem?.type === 'name-taken' ? problem.detail : problem?.at('name')
  return (
    <header className={styles.header}>
      <h1 className={styles.title}>{t(segment ? 'segments.builder.edit' : 'segments.builder.new')}</h1>
      <div className={styles.nameLine}>
        <TextInput
          ref={props.nameBox}
          className={styles.name}
          label={t('segments.builder.name')}
          dir="auto"
          maxLength={200}
          required
          error={nameFault}
          value={form.name}
          onChange={(event) => put({ name: event.currentTarget.value })}
        />
        <Tools {...props} />
      </div>
      <Textarea
        size="xs"
        className={styles.description}
        label={t('segments.builder.description')}
        dir="auto"
        autosize={false}
        rows={1}
        value={form.description}
        onChange={(event) => put({ description: event.currentTarget.value })}
      />
      {!segment && <Checkbox size="xs" label={t('segments.builder.fixed')} checked={form.fixed} onChange={(event) => put({ fixed: event.currentTarget.checked })} />}
      {waits && (
        <p role="alert" className={styles.fault}>
          {waits}
        </p>
      )}
      {Boolean(saving.error) && !nameFault && <Failure cause={saving.error} retry={props.save} />}
      {props.offered && <Offer offered={props.offered} answer={props.answer} />}
      {!listed && (
        <p className={styles.reading} aria-label={t('segments.builder.reading')} role="note" dir="auto">
          {props.reading || '\u00a0'}
        </p>
      )}
    </header>
  )
})

function Tools({ segment, steps, dirty, saving, save, filter, open }: Props) {
  const { t } = useTranslation()
  const { dispatch } = useBoard()
  return (
    <div className={styles.tools}>
      <Tool label={t('segments.builder.undo')} keys="Ctrl Z" icon={<IconArrowBackUp size={16} aria-hidden />} off={steps.back === 0} act={() => dispatch({ do: 'undo' })} />
      <Tool label={t('segments.builder.redo')} keys="Ctrl Shift Z" icon={<IconArrowForwardUp size={16} aria-hidden />} off={steps.forth === 0} act={() => dispatch({ do: 'redo' })} />
      <Tool label={t('segments.keys.title')} icon={<IconKeyboard size={16} aria-hidden />} off={false} act={() => open('keys')} />
      <ShareMenu filter={filter} edit={() => open('text')} save={save} />
      {segment && (
        <Button h={32} variant="default" onClick={() => open('compare')} disabled={!dirty}>
          {t('segments.builder.compare')}
        </Button>
      )}
      <Button h={32} loading={saving.isPending} onClick={save}>
        {t('app.save')}
      </Button>
    </div>
  )
}

function Tool({ label, keys, icon, off, act }: { label: string; keys?: string; icon: ReactNode; off: boolean; act: () => void }) {
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label}>
      <ActionIcon variant="default" size={32} aria-label={label} disabled={off} onClick={act}>
        {icon}
      </ActionIcon>
    </Tooltip>
  )
}

function Offer({ offered, answer }: { offered: Draft; answer: (kept: Draft | undefined) => void }) {
  const { t } = useTranslation()
  const { zone } = useBoard().zone
  return (
    <Alert variant="outline" title={t('segments.draft.title', { at: moment(new Date(offered.at).toISOString(), zone) })}>
      <Button size="xs" onClick={() => answer(offered)}>
        {t('segments.draft.restore')}
      </Button>{' '}
      <Button size="xs" variant="default" onClick={() => answer(undefined)}>
        {t('segments.draft.drop')}
      </Button>
    </Alert>
  )
}
