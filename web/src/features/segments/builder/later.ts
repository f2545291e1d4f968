import { later } from '@/lib/fetched'

// What opens later is fetched when it opens: the menus and dialogs of the builder.

export const CompareDialog = later(async () => (await import('./compare-dialog')).CompareDialog)
export const ConflictDialog = later(async () => (await import('./conflict-dialog')).ConflictDialog)
export const KeysDialog = later(async () => (await import('./keys-dialog')).KeysDialog)
export const LeaveDialog = later(async () => (await import('./leave-dialog')).LeaveDialog)
export const ListDialog = later(async () => (await import('./list-dialog')).ListDialog)
export const RowMenuItems = later(async () => (await import('./row-menu-items')).RowMenuItems)
export const ShareItems = later(async () => (await import('./share-items')).ShareItems)
export const TextDialog = later(async () => (await import('./text-dialog')).TextDialog)
