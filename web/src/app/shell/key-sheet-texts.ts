import { addTexts } from '@/lib/i18n'
import { keySheet as en } from '@/lib/i18n/en/key-sheet'
import { keySheet as sw } from '@/lib/i18n/sw/key-sheet'

// Only those who press ? need them.
addTexts({ en: { keySheet: en }, sw: { keySheet: sw } })
