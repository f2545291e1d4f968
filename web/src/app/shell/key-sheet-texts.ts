import { addTexts } from '@/lib/i18n'
import { keySheet } from '@/lib/i18n/en/key-sheet'

// Only those who press ? need them.
addTexts({ en: { keySheet }, sw: async () => ({ keySheet: (await import('@/lib/i18n/sw/key-sheet')).keySheet }) })
