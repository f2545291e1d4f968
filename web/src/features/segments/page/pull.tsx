import { ActionIcon, Button, MultiSelect, NativeSelect, Skeleton, TextInput, Title } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyDialog } from '@/components/copy-dialog'
import { Failure } from '@/components/failure'
import { Restored } from '@/components/restored'
import { api, data } from '@/lib/api/client'
import { curlOf } from '@/lib/curl'
import { useWrite } from '@/lib/edits/use-write'
import { moment, number } from '@/lib/text'
import { useDraft } from '@/lib/use-draft'
import { channels } from '../builder/catalog'
import { segments, type Segment } from '../queries'
import { emptyForm, groupName, held, inputOf, withGroup, type Form } from './audience'
import { audiences, type Audience } from './queries'
import { Reasons } from './reasons'
import styles from './segment.module.css'

/** Pull makes audiences of the segment, and says how a campaign gets them. */
export function Pull({ segment, zone, mayMake }: { segment: Segment; zone: string; mayMake: boolean }) {
  const { t } = useTranslation()
  const found = useQuery(audiences(segment.id))
  return (
    <>
      <p className={styles.muted}>{t('segments.pull.help')}</p>
      {mayMake && <Make segment={segment} made={found.data ?? []} />}
      <Title order={2} mt="md">
        {t('segments.pull.made')}
      </Title>
      {found.isError && <Failure cause={found.error} retry={() => void found.refetch()} />}
      {found.isPending && <Skeleton height={120} />}
      {found.data?.length === 0 && <p className={styles.muted}>{t('segments.pull.none')}</p>}
      {(found.data ?? []).map((audience) => (
        <Made key={audience.id} audience={audience} zone={zone} />
      ))}
    </>
  )
}

function Make({ segment, made }: { segment: Segment; made: Audience[] }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const name = `audience-${segment.id}`
  const draft = useDraft<Form>(name, emptyForm)
  const { value: form, put } = draft
  const others = useQuery(segments())
  const make = useWrite(
    (form: Form, key) => data(api.POST('/v1/audiences', { params: { header: { 'Idempotency-Key': key } }, body: inputOf(segment.id, form) })),
    (_, sent) => {
      draft.saved(sent)
      void queries.invalidateQueries({ queryKey: ['audiences'] })
      void queries.invalidateQueries({ queryKey: ['segments'] })
    },
    name,
  )
  const fault = (place: string) => make.problem?.at(place)
  const left = held(form.split)
  const splits = form.split.length === 0 || (left >= 0 && form.split.every(({ name, percent }) => name.trim() !== '' && Number(percent) > 0))
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault()
        void make.send(form)
      }}
    >
      <Restored draft={draft} />
      <div className={styles.fields}>
        <TextInput label={t('segments.pull.campaign')} required dir="auto" error={fault('campaign')} value={form.campaign} onChange={(event) => put({ campaign: event.currentTarget.value })} />
        <NativeSelect
          label={t('segments.pull.channel')}
          error={fault('channel')}
          value={form.channel}
          data={[{ value: '', label: t('segments.pull.anyChannel') }, ...channels.map((one) => ({ value: one, label: t(`segments.words.${one}` as 'segments.words.email') }))]}
          onChange={(event) => put({ channel: event.currentTarget.value })}
        />
        <TextInput label={t('segments.pull.limit')} inputMode="numeric" pattern="[0-9]*" error={fault('limit')} value={form.limit} onChange={(event) => put({ limit: event.currentTarget.value })} />
        <TextInput label={t('segments.pull.days')} inputMode="numeric" pattern="[0-9]*" error={fault('exclude.campaigns_within')} value={form.days} onChange={(event) => put({ days: event.currentTarget.value })} />
        {form.days !== '' && (
          <TextInput label={t('segments.pull.campaigns')} dir="auto" value={form.campaigns} onChange={(event) => put({ campaigns: event.currentTarget.value })} />
        )}
      </div>
      <div className={styles.fields}>
        <MultiSelect
          label={t('segments.pull.notSegments')}
          searchable
          data={(others.data ?? []).filter(({ id }) => id !== segment.id).map(({ id, name }) => ({ value: id, label: name }))}
          value={form.segments}
          onChange={(chosen) => put({ segments: chosen })}
        />
        <MultiSelect
          label={t('segments.pull.notAudiences')}
          searchable
          nothingFoundMessage={made.length === 0 && t('segments.pull.none')}
          data={made.map(({ id, campaign, created_at }) => ({ value: id, label: `${campaign} (${created_at.slice(0, 10)})` }))}
          value={form.audiences}
          onChange={(chosen) => put({ audiences: chosen })}
        />
      </div>
      {form.split.map(({ id, name, percent }, at) => {
        const change = (part: Partial<Form['split'][number]>) => put({ split: form.split.map((one) => (one.id === id ? { ...one, ...part } : one)) })
        return (
          <div key={id} className={styles.fields}>
            <TextInput label={t('segments.pull.group', { n: at + 1 })} required dir="auto" error={fault(`split[${at}].name`)} value={name} onChange={(event) => change({ name: event.currentTarget.value })} />
            <TextInput label={t('segments.pull.percent', { n: at + 1 })} required inputMode="decimal" error={fault(`split[${at}].percent`)} value={percent} onChange={(event) => change({ percent: event.currentTarget.value })} />
            <ActionIcon variant="subtle" color="gray" aria-label={t('segments.pull.removeGroup', { n: at + 1 })} onClick={() => put({ split: form.split.filter((one) => one.id !== id) })}>
              <IconX size={14} aria-hidden />
            </ActionIcon>
          </div>
        )
      })}
      {form.split.length > 0 && (
        <p role="status" className={left < 0 ? styles.bad : styles.muted}>
          {left < 0 ? t('segments.pull.tooMuch') : t('segments.pull.held', { percent: left })}
        </p>
      )}
      <div className={styles.bar}>
        <Button
          variant="subtle"
          size="compact-sm"
          leftSection={<IconPlus size={14} aria-hidden />}
          onClick={() => put({ split: withGroup(form.split) })}
        >
          {t('segments.pull.split')}
        </Button>
      </div>
      <div className={styles.submit}>
        <Button type="submit" loading={make.pending} disabled={form.campaign.trim() === '' || !splits}>
          {t('segments.pull.make')}
        </Button>
        {(form.campaign.trim() === '' || !splits) && (
          <span className={styles.muted}>{t(splits ? 'segments.pull.whyCampaign' : 'segments.pull.whySplit')}</span>
        )}
      </div>
      {make.problem && <Failure cause={make.problem} atFields={/^(campaign|channel|limit|exclude\.campaigns_within|split\[\d+\]\.(name|percent))$/} />}
    </form>
  )
}

function Made({ audience, zone }: { audience: Audience; zone: string }) {
  const { t } = useTranslation()
  const [copying, setCopying] = useState(false)
  const { campaign, channel, count, groups, held_back, acknowledged, created_at, id, unknown_campaigns } = audience
  const parts = Object.entries(groups as Record<string, number>)
  return (
    <section className={styles.version} aria-label={campaign}>
      <div className={styles.bar}>
        <span>
          <strong>
            <Link to="/segments/$id/audiences/$audience" params={{ id: audience.segment_id, audience: id }} dir="auto">
              {campaign}
            </Link>
          </strong>{' '}
          <span className={styles.muted}>{moment(created_at, zone)}{channel ? `, ${t(`segments.words.${channel}`)}` : ''}</span>
        </span>
        <Button size="compact-sm" variant="default" aria-label={`${t('segments.copy.curl')}, ${campaign}`} onClick={() => setCopying(true)}>
          {t('segments.copy.curl')}
        </Button>
      </div>
      <p>{t(acknowledged > 0 ? 'segments.pull.rows' : 'segments.pull.untouched', { count, number: number(count), done: number(acknowledged) })}</p>
      {parts.length > 0 && <p className={styles.muted}>{parts.map(([name, n]) => `${groupName(t, name)}: ${number(n)}`).join(', ')}</p>}
      <Reasons title={t('segments.pull.heldBack')} by={held_back} />
      {unknown_campaigns && unknown_campaigns.length > 0 && <p className={styles.bad}>{t('segments.pull.unknown', { campaigns: unknown_campaigns.join(', ') })}</p>}
      {copying && (
        <CopyDialog
          title={t('segments.copy.curl')}
          help={t('segments.pull.curlHelp')}
          text={`${curlOf(`${window.location.origin}/v1/audiences/${id}/members?from_row=${acknowledged + 1}&limit=1000`)} \\\n  -H 'Accept: application/x-ndjson'`}
          close={() => setCopying(false)}
        />
      )}
    </section>
  )
}
