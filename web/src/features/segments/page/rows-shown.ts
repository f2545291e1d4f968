import type { TFunction } from 'i18next'
import { number } from '@/lib/text'

/** rowsShown says how many people there are, and how many of them the list has read so far, unless it has all. */
export function rowsShown(t: TFunction, rows: number, total: number): string {
  if (rows < total) return t('segments.page.shown', { rows: number(rows), total: number(total) })
  return t('find.total', { count: total, number: number(total) })
}
