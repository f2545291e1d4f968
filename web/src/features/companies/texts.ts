import { addTexts } from '@/lib/i18n'
import { companies } from '@/lib/i18n/en/companies'

// Only the pages of companies need them. Whichever of those comes first brings them.
addTexts({ en: { companies }, sw: async () => ({ companies: (await import('@/lib/i18n/sw/companies')).companies }) })
