import { useTranslation } from 'react-i18next'
import { KeyList } from '@/components/key-list'

const sheet = [
  { keys: ['↑', '↓'], does: 'row' },
  { keys: ['Enter'], does: 'enter' },
  { keys: ['Esc'], does: 'esc' },
  { keys: ['a'], does: 'add' },
  { keys: ['Shift A'], does: 'addGroup' },
  { keys: ['d'], does: 'duplicate' },
  { keys: ['Delete'], does: 'remove' },
  { keys: ['Alt ↑', 'Alt ↓'], does: 'move' },
  { keys: ['Alt Shift ←', 'Alt Shift →'], does: 'shift' },
  { keys: ['F8'], does: 'fault' },
  { keys: ['Ctrl Z', 'Ctrl Shift Z'], does: 'undo' },
  { keys: ['Ctrl S'], does: 'save' },
] as const

/** KeysDialog lists the keys of the builder. */
export function KeysDialog({ close }: { close: () => void }) {
  const { t } = useTranslation()
  const rows = sheet.map(({ keys, does }) => ({ keys, text: t(`segments.keys.${does}`) }))
  return <KeyList title={t('segments.keys.title')} help={t('segments.keys.help')} rows={rows} close={close} />
}
