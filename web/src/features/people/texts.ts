import { addTexts } from '@/lib/i18n'
import { people as en } from '@/lib/i18n/en/people'
import { people as sw } from '@/lib/i18n/sw/people'

// Only the page of the people who sign in needs them.
addTexts({ en: { people: en }, sw: { people: sw } })
