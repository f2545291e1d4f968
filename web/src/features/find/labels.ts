import { useTranslation } from 'react-i18next'
import { standard, type StandardField } from '@/lib/fields'

/** useFieldLabel is what a field is called on the page: a word of the language, or the label of an attribute. */
export function useFieldLabel(field: string): string {
  const { t } = useTranslation()
  return standard.has(field) ? t(`fields.${field.replace('.', '_') as StandardField}`) : field
}
