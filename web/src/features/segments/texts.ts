import { addTexts } from '@/lib/i18n'
import { segments } from '@/lib/i18n/en/segments'

// Only the pages of segments need them. Whichever of those comes first brings them.
addTexts({ en: { segments }, sw: async () => ({ segments: (await import('@/lib/i18n/sw/segments')).segments }) })
