import { useTranslation } from 'react-i18next'
import type { Draft } from '@/lib/use-draft'

/** useMeanwhile says at a field of a form that somebody else has changed what one types over. */
export function useMeanwhile<T extends object>(draft: Draft<T>): (member: keyof T) => string | undefined {
  const { t } = useTranslation()
  return (member) => {
    const changed = draft.meanwhile(member)
    return changed && t('app.changedMeanwhile', { was: shown(changed.was), is: shown(changed.is) })
  }
}

const shown = (value: unknown) => (Array.isArray(value) ? value.join(', ') : String(value ?? '')) || '–'
