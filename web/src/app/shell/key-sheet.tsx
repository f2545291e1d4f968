import './key-sheet-texts'
import { useTranslation } from 'react-i18next'
import { KeyList } from '@/components/key-list'

const sheet = [
  { keys: ['/', 'Ctrl K'], does: 'search' },
  { keys: ['g f'], does: 'find' },
  { keys: ['g s'], does: 'segments' },
  { keys: ['g c'], does: 'companies' },
  { keys: ['↑', '↓'], does: 'row' },
  { keys: ['Enter'], does: 'open' },
  { keys: ['Ctrl Enter'], does: 'openTab' },
  { keys: ['n'], does: 'note' },
  { keys: ['m'], does: 'merge' },
  { keys: ['b'], does: 'block' },
  { keys: ['[', ']'], does: 'neighbours' },
  { keys: ['Esc'], does: 'back' },
  { keys: ['?'], does: 'sheet' },
] as const

/** KeySheet lists the keys that work on every page. */
export function KeySheet({ close }: { close: () => void }) {
  const { t } = useTranslation()
  return <KeyList title={t('nav.keySheet')} rows={sheet.map(({ keys, does }) => ({ keys, text: t(`keySheet.${does}`) }))} close={close} />
}
