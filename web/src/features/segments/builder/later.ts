import { lazy } from 'react'

// What opens later is fetched when it opens: the menus and dialogs of the builder.

export const CompareDialog = lazy(async () => ({ default: (await import('./compare-dialog')).CompareDialog }))
export const ConflictDialog = lazy(async () => ({ default: (await import('./conflict-dialog')).ConflictDialog }))
export const KeysDialog = lazy(async () => ({ default: (await import('./keys-dialog')).KeysDialog }))
export const LeaveDialog = lazy(async () => ({ default: (await import('./leave-dialog')).LeaveDialog }))
export const ListDialog = lazy(async () => ({ default: (await import('./list-dialog')).ListDialog }))
export const RowMenuItems = lazy(async () => ({ default: (await import('./row-menu-items')).RowMenuItems }))
export const ShareItems = lazy(async () => ({ default: (await import('./share-items')).ShareItems }))
export const TextDialog = lazy(async () => ({ default: (await import('./text-dialog')).TextDialog }))
