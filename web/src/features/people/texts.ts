import { addTexts } from '@/lib/i18n'
import { people } from '@/lib/i18n/en/people'

// Only the page of the people who sign in needs them.
addTexts({ en: { people }, sw: async () => ({ people: (await import('@/lib/i18n/sw/people')).people }) })
