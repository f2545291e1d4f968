import { Anchor, Button, Drawer, Group, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DeleteDialog } from '@/components/delete-dialog'
import { Failure } from '@/components/failure'
import { useMeanwhile } from '@/components/meanwhile'
import { Restored } from '@/components/restored'
import { api, data } from '@/lib/api/client'
import type { Attribute } from '@/lib/attributes'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import { number } from '@/lib/text'
import { useDraft } from '@/lib/use-draft'
import { changedOf, creation, empty, formOf, keyOf, types, type Form } from './form'
import { filled, uses, type Entity } from './queries'

interface DrawerProps {
  entity: Entity
  of?: Attribute
  fixed: boolean // nobody may change it
  close: () => void
}

/** AttributeDrawer defines an attribute, or changes one. Key and type stay what they are. */
export function AttributeDrawer({ entity, of, fixed, close }: DrawerProps) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const name = `attribute-${entity}-${of?.key ?? ''}`
  const draft = useDraft<Form>(name, of ? formOf(of) : empty)
  const { value: form, put: set } = draft
  const read = () => queries.invalidateQueries({ queryKey: ['attributes', entity] })
  const save = useWrite(
    ({ form, typed, version }: { form: Form; typed: Partial<Form>; version: number | undefined }, key) => {
      const header = { 'Idempotency-Key': key }
      if (!of) return data(api.POST('/v1/attributes', { params: { query: { entity }, header }, body: creation(form) }))
      const params = { path: { key: of.key }, query: { entity }, header: { ...header, 'If-Match': `"${version}"` } }
      return data(api.PATCH('/v1/attributes/{key}', { params, body: changedOf(form, typed) })).catch((cause: unknown) => {
        void read() // after a 412, to show what is there now
        throw cause
      })
    },
    () => void read().then(leave),
    name,
  )
  const leave = () => {
    draft.discard()
    close()
  }
  const meanwhile = useMeanwhile(draft)
  const fault = (place: keyof Form) => save.problem?.at(place) ?? meanwhile(place)
  const text = (field: 'label' | 'description' | 'group' | 'min' | 'max' | 'pattern' | 'cue' | 'currency', required = false) => (
    <TextInput
      label={t(`attributes.${field}`)}
      description={t(`attributes.help.${field}`)}
      required={required}
      data-autofocus={field === 'label' || undefined}
      disabled={fixed || (field === 'currency' && of !== undefined)}
      value={form[field]}
      onChange={(event) => set({ [field]: event.currentTarget.value })}
      error={fault(field)}
    />
  )
  return (
    <Drawer
      opened
      onClose={close}
      position="right"
      size={480}
      title={of ? of.label : t('attributes.define')}
      closeButtonProps={{ 'aria-label': t('app.close') }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (of && Object.keys(draft.typed).length === 0) close()
          else void save.send({ form, typed: draft.typed, version: of?.version })
        }}
      >
        <Stack>
          <Restored draft={draft} />
          {text('label', true)}
          <TextInput
            label={t('attributes.key')}
            description={t('attributes.help.key')}
            disabled={of !== undefined}
            placeholder={keyOf(form.label)}
            value={form.key}
            onChange={(event) => set({ key: event.currentTarget.value })}
            error={fault('key')}
          />
          <Select
            label={t('attributes.type')}
            description={of ? undefined : t('attributes.help.type')}
            allowDeselect={false}
            disabled={of !== undefined}
            data={types.map((type) => ({ value: type, label: t(`attributes.types.${type}`) }))}
            value={form.type}
            onChange={(value) => set({ type: (value ?? 'text') as Form['type'] })}
            error={fault('type')}
          />
          {form.type === 'list' && (
            <>
              <Textarea
                label={t('attributes.options')}
                description={t('attributes.help.options')}
                required
                autosize
                minRows={3}
                maxRows={12}
                disabled={fixed}
                value={form.options}
                onChange={(event) => set({ options: event.currentTarget.value })}
                error={fault('options')}
              />
              <Switch
                label={t('attributes.multiple')}
                disabled={of !== undefined}
                checked={form.multiple}
                onChange={(event) => set({ multiple: event.currentTarget.checked })}
              />
            </>
          )}
          {form.type === 'checkbox' && (
            <Switch
              label={t('attributes.three_state')}
              disabled={of !== undefined}
              checked={form.three_state}
              onChange={(event) => set({ three_state: event.currentTarget.checked })}
            />
          )}
          {form.type === 'currency' && text('currency')}
          {(form.type === 'number' || form.type === 'percentage') && (
            <Group grow align="flex-start">
              {text('min')}
              {text('max')}
            </Group>
          )}
          {form.type === 'text' && (
            <>
              {text('pattern')}
              {form.pattern && text('cue')}
            </>
          )}
          {text('description')}
          {text('group')}
          <Switch
            label={t('attributes.required')}
            description={t('attributes.help.required')}
            disabled={fixed}
            checked={form.required}
            onChange={(event) => set({ required: event.currentTarget.checked })}
          />
          {save.problem && <Failure cause={save.problem} atFields={/^(label|key|type|options|description|group|min|max|pattern|cue|currency)$/} />}
          {!fixed && (
            <Group justify="flex-end">
              <Button variant="default" onClick={leave}>
                {t('app.cancel')}
              </Button>
              <Button type="submit" loading={save.pending}>
                {t('app.save')}
              </Button>
            </Group>
          )}
        </Stack>
      </form>
      {/* Not in the form: the dialog of it has a form of its own. */}
      {of && <Removal of={of} done={close} />}
    </Drawer>
  )
}

/** Removal says who uses an attribute, and deletes it when nobody does. */
function Removal({ of, done }: { of: Attribute; done: () => void }) {
  const { t } = useTranslation()
  const queries = useQueryClient()
  const may = useMay()
  const used = useQuery({ ...uses(of), staleTime: 0 })
  const [asking, setAsking] = useState(false)
  const remove = useWrite(
    (key: string, idempotency) =>
      api.DELETE('/v1/attributes/{key}', {
        params: { path: { key }, query: { entity: of.entity }, header: { 'Idempotency-Key': idempotency } },
      }),
    () => {
      void queries.invalidateQueries({ queryKey: ['attributes', of.entity] })
      done()
    },
  )
  if (!used.data || !may('deleteAttributes')) return null
  const { segments } = used.data
  const count = filled(used.data)
  return (
    <Stack gap="sm" pt="lg">
      <Text fw={600}>{t('attributes.delete')}</Text>
      {segments.length > 0 ? (
        <>
          <Text size="sm">{t('attributes.inUse')}</Text>
          <ul>
            {segments.map((segment) => (
              <li key={segment.id}>
                <Anchor component={Link} to={`/segments/${segment.id}`} size="sm" dir="auto">
                  {segment.name}
                </Anchor>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <Button variant="default" style={{ alignSelf: 'start' }} onClick={() => setAsking(true)}>
          {t('attributes.deleteOne', { name: of.label })}
        </Button>
      )}
      {asking && (
        <DeleteDialog
          title={t('attributes.deleteOne', { name: of.label })}
          texts={[t('attributes.deleteHelp', { count, number: number(count) })]}
          name={of.key}
          nameLabel={t('attributes.typeKey', { key: of.key })}
          action={t('attributes.delete')}
          remove={{ ...remove, send: () => void remove.send(of.key) }}
          close={() => setAsking(false)}
        />
      )}
    </Stack>
  )
}
