import { addTexts } from '@/lib/i18n'
import { companies as en } from '@/lib/i18n/en/companies'
import { companies as sw } from '@/lib/i18n/sw/companies'

// Only the pages of companies need them. Whichever of those comes first brings them.
addTexts({ en: { companies: en }, sw: { companies: sw } })
