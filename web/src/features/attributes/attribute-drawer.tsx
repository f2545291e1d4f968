import { Anchor, Button, Drawer, Group, Select, Stack, Switch, Text, Textarea, TextInput } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DeleteDialog } from '@/components/delete-dialog'
import { Failure } from '@/components/failure'
import { api, data, isProblem } from '@/lib/api/client'
import type { Attribute } from '@/lib/attributes'
import { useMutation } from '@/lib/edits/use-mutation'
import { useWrite } from '@/lib/edits/use-write'
import { useMay } from '@/lib/may'
import { number } from '@/lib/text'
import { changeable, creation, draftOf, empty, keyOf, types, type Draft } from './draft'
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
  const [draft, setDraft] = useState<Draft>(of ? draftOf(of) : empty)
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change })
  const save = useMutation({
    mutationFn: () =>
      of
        ? data(
            api.PATCH('/v1/attributes/{key}', {
              params: { path: { key: of.key }, query: { entity }, header: { 'If-Match': `"${of.version}"` } },
              body: changeable(draft),
            }),
          )
        : data(api.POST('/v1/attributes', { params: { query: { entity } }, body: creation(draft) })),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: ['attributes', entity] })
      close()
    },
  })
  const fault = (place: string) => (isProblem(save.error) ? save.error.at(place) : undefined)
  const text = (field: 'label' | 'description' | 'group' | 'min' | 'max' | 'pattern' | 'cue' | 'currency', required = false) => (
    <TextInput
      label={t(`attributes.${field}`)}
      description={t(`attributes.help.${field}`)}
      required={required}
      data-autofocus={field === 'label' || undefined}
      disabled={fixed || (field === 'currency' && of !== undefined)}
      value={draft[field]}
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
          save.mutate()
        }}
      >
        <Stack>
          {text('label', true)}
          <TextInput
            label={t('attributes.key')}
            description={t('attributes.help.key')}
            disabled={of !== undefined}
            placeholder={keyOf(draft.label)}
            value={draft.key}
            onChange={(event) => set({ key: event.currentTarget.value })}
            error={fault('key')}
          />
          <Select
            label={t('attributes.type')}
            description={of ? undefined : t('attributes.help.type')}
            allowDeselect={false}
            disabled={of !== undefined}
            data={types.map((type) => ({ value: type, label: t(`attributes.types.${type}`) }))}
            value={draft.type}
            onChange={(value) => set({ type: (value ?? 'text') as Draft['type'] })}
            error={fault('type')}
          />
          {draft.type === 'list' && (
            <>
              <Textarea
                label={t('attributes.options')}
                description={t('attributes.help.options')}
                required
                autosize
                minRows={3}
                maxRows={12}
                disabled={fixed}
                value={draft.options}
                onChange={(event) => set({ options: event.currentTarget.value })}
                error={fault('options')}
              />
              <Switch
                label={t('attributes.multiple')}
                disabled={of !== undefined}
                checked={draft.multiple}
                onChange={(event) => set({ multiple: event.currentTarget.checked })}
              />
            </>
          )}
          {draft.type === 'checkbox' && (
            <Switch
              label={t('attributes.three_state')}
              disabled={of !== undefined}
              checked={draft.three_state}
              onChange={(event) => set({ three_state: event.currentTarget.checked })}
            />
          )}
          {draft.type === 'currency' && text('currency')}
          {(draft.type === 'number' || draft.type === 'percentage') && (
            <Group grow align="flex-start">
              {text('min')}
              {text('max')}
            </Group>
          )}
          {draft.type === 'text' && (
            <>
              {text('pattern')}
              {draft.pattern && text('cue')}
            </>
          )}
          {text('description')}
          {text('group')}
          <Switch
            label={t('attributes.required')}
            description={t('attributes.help.required')}
            disabled={fixed}
            checked={draft.required}
            onChange={(event) => set({ required: event.currentTarget.checked })}
          />
          {save.isError && <Failure cause={save.error} atFields={/^(label|key|type|options|description|group|min|max|pattern|cue|currency)$/} />}
          {!fixed && (
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t('app.cancel')}
              </Button>
              <Button type="submit" loading={save.isPending}>
                {t('app.save')}
              </Button>
            </Group>
          )}
          {of && <Removal of={of} done={close} />}
        </Stack>
      </form>
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
