import { Combobox } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { addTexts } from '@/lib/i18n'
import { operatorHelp } from '@/lib/i18n/en/operators'
import { fold } from '@/lib/text'
import styles from './builder.module.css'
import { operatorWord } from './operator-picker'
import type { Kind } from './operators'

addTexts({ en: { operatorHelp }, sw: async () => ({ operatorHelp: (await import('@/lib/i18n/sw/operators')).operatorHelp }) })

/** Where the sentences for a kind of field stand: the first that has one for an operator counts, and those of texts at last. */
const sentences: Record<Kind, readonly (keyof typeof operatorHelp)[]> = {
  text: [], email: [], phone: ['phones'], id: ['exactly'], choice: ['choices'], country: ['choices'], many: ['many'],
  number: ['numbers'], currency: ['numbers'], percentage: ['numbers'], date: ['dates'], instant: ['instants', 'dates'],
  checkbox: ['checkboxes'], checkbox3: ['checkboxes'], segment: ['segments'], bucket: ['buckets'], related: ['related'],
}

/** helpOf says in one sentence what an operator does with a kind of field; empty for one that is not known. */
export function helpOf(t: TFunction, kind: Kind | undefined, operator: string): string {
  const places = [...(kind ? sentences[kind] : []), 'texts' as const]
  return t(places.map((place) => `operatorHelp.${place}.${operator}`) as ['operatorHelp.texts.eq'], { defaultValue: '' })
}

interface Props {
  kind: Kind | undefined
  names: readonly string[]
  typed: string
  chosen: string
}

/** OperatorOptions lists operators with what each of them does. */
export function OperatorOptions({ kind, names, typed, chosen }: Props) {
  const { t } = useTranslation()
  const fitting = names.filter((name) => fold(operatorWord(t, kind, name)).includes(fold(typed.trim())))
  if (fitting.length === 0) return <Combobox.Empty>{t('segments.builder.noOperator')}</Combobox.Empty>
  return fitting.map((name) => (
    <Combobox.Option key={name} value={name} active={name === chosen}>
      {operatorWord(t, kind, name)}
      <span className={styles.help}>{helpOf(t, kind, name)}</span>
    </Combobox.Option>
  ))
}
