import { addTexts } from '@/lib/i18n'
import { firstRun } from '@/lib/i18n/en/first-run'

// Whoever has people never needs them.
addTexts({ en: { firstRun }, sw: async () => ({ firstRun: (await import('@/lib/i18n/sw/first-run')).firstRun }) })
