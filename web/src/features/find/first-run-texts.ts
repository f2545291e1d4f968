import { addTexts } from '@/lib/i18n'
import { firstRun as en } from '@/lib/i18n/en/first-run'
import { firstRun as sw } from '@/lib/i18n/sw/first-run'

// Whoever has people never needs them.
addTexts({ en: { firstRun: en }, sw: { firstRun: sw } })
