import { Button, Group, Select, Skeleton, Stack, Switch, Text, TextInput, NumberInput, Title } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DurationInput } from '@/components/duration-input'
import { Failure } from '@/components/failure'
import { useMeanwhile } from '@/components/meanwhile'
import { Page } from '@/components/page'
import { Restored } from '@/components/restored'
import { api, data } from '@/lib/api/client'
import { countries } from '@/lib/countries'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import { settings, type Settings } from '@/lib/settings'
import { useDraft } from '@/lib/use-draft'
import { OwnPassword } from './own-password'

/** SettingsPage changes what counts for the whole workspace. */
export function SettingsPage() {
  const { t } = useTranslation()
  const read = useQuery(settings)
  return (
    <Page title={t('nav.settings')}>
      <div>
        <Title order={2}>{t('settings.workspace')}</Title>
        <Text c="dimmed">{t('settings.about')}</Text>
      </div>
      {read.isError && <Failure cause={read.error} retry={() => void read.refetch()} />}
      {read.isPending && <Skeleton height={400} />}
      {read.data && <Form of={read.data} />}
      <OwnPassword />
    </Page>
  )
}

/** The settings that this page changes. */
type Shown = Omit<Settings, 'keep_snapshots'>

const zones = Intl.supportedValuesOf('timeZone')

function Form({ of }: { of: Settings }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const fixed = !useMay()('writeSettings')
  const draft = useDraft<Shown>('settings', of)
  const { value: now, typed, put: set } = draft
  const changed = Object.keys(typed).length > 0
  const meanwhile = useMeanwhile(draft)
  const save = useWrite(
    (body: Partial<Shown>, key) => data(api.PATCH('/v1/settings', { params: { header: { 'Idempotency-Key': key } }, body })),
    (made, sent) => {
      queries.setQueryData(settings.queryKey, made)
      void queries.invalidateQueries()
      draft.saved(sent)
      notifications.show({ message: t('settings.saved') })
    },
  )
  const fault = (field: keyof Shown) => save.problem?.at(field) ?? meanwhile(field)
  const duration = (field: 'keep_history' | 'reopen_within') => (
    <DurationInput
      label={t(`settings.${field}.label`)}
      description={t(`settings.${field}.help`)}
      disabled={fixed}
      value={now[field] ?? ''}
      change={(value) => set({ [field]: value || (field === 'keep_history' ? null : '') })}
      error={fault(field)}
    />
  )
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void save.send(typed)
      }}
    >
      <Stack gap="lg" maw={560}>
        <Restored draft={draft} />
        {fixed && <Text size="sm">{t('settings.readOnly')}</Text>}
        <Select
          label={t('settings.time_zone.label')}
          description={t('settings.time_zone.help')}
          searchable
          allowDeselect={false}
          disabled={fixed}
          data={zones.includes(now.time_zone) ? zones : [now.time_zone, ...zones]}
          limit={100}
          value={now.time_zone}
          onChange={(value) => value && set({ time_zone: value })}
          error={fault('time_zone')}
        />
        <Select
          label={t('settings.week_start.label')}
          description={t('settings.week_start.help')}
          allowDeselect={false}
          disabled={fixed}
          data={(['monday', 'sunday', 'saturday'] as const).map((day) => ({ value: day, label: t(`settings.days.${day}`) }))}
          value={now.week_start}
          onChange={(value) => value && set({ week_start: value as Settings['week_start'] })}
        />
        <TextInput
          label={t('settings.currency.label')}
          description={t('settings.currency.help')}
          disabled={fixed}
          value={now.currency}
          onChange={(event) => set({ currency: event.currentTarget.value.trim() })}
          error={fault('currency')}
        />
        <Select
          label={t('settings.phone_region.label')}
          description={t('settings.phone_region.help')}
          placeholder={t('settings.phone_region.none')}
          searchable
          clearable
          clearButtonProps={{ 'aria-label': t('settings.phone_region.clear') }}
          disabled={fixed}
          data={countries()}
          value={now.phone_region ?? null}
          onChange={(value) => set({ phone_region: value })}
          error={fault('phone_region')}
        />
        {duration('keep_history')}
        {duration('reopen_within')}
        <NumberInput
          label={t('settings.ai_people_per_hour.label')}
          description={t('settings.ai_people_per_hour.help')}
          min={0}
          allowDecimal={false}
          disabled={fixed}
          value={now.ai_people_per_hour}
          onChange={(value) => typeof value === 'number' && set({ ai_people_per_hour: value })}
          error={fault('ai_people_per_hour')}
        />
        <Switch
          label={t('settings.link_companies_by_domain.label')}
          description={t('settings.link_companies_by_domain.help')}
          disabled={fixed}
          checked={now.link_companies_by_domain}
          onChange={(event) => set({ link_companies_by_domain: event.currentTarget.checked })}
        />
        {save.problem && <Failure cause={save.problem} atFields={/^(time_zone|currency|phone_region|keep_history|reopen_within|ai_people_per_hour)$/} />}
        {!fixed && (
          <Group>
            <Button type="submit" loading={save.pending} disabled={!changed}>
              {t('app.save')}
            </Button>
            {changed && (
              <Button variant="default" onClick={draft.discard}>
                {t('app.cancel')}
              </Button>
            )}
          </Group>
        )}
      </Stack>
    </form>
  )
}
