import { useQuery } from '@tanstack/react-query'
import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import { attributes, type Attribute } from './attributes'
import { standard, type StandardField } from './fields'

/**
 * useFieldLabels gives what fields of a kind of record are called: words of the language, and labels of attributes. It is
 * the same function until one of them changes.
 */
export function useFieldLabels(entity: Attribute['entity'] = 'contact'): (field: string) => string {
  const { t } = useTranslation()
  const defined = useQuery(attributes(entity)).data
  return useCallback(
    (field: string) => {
      if (standard.has(field)) return t(`fields.${field.replace('.', '_') as StandardField}`)
      const key = field.replace(/^attributes\./, '')
      return defined?.find((attribute) => attribute.key === key)?.label ?? key
    },
    [t, defined],
  )
}
