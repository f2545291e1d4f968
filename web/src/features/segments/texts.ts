import { addTexts } from '@/lib/i18n'
import { segments as en } from '@/lib/i18n/en/segments'
import { segments as sw } from '@/lib/i18n/sw/segments'

// Only the pages of segments need them. Whichever of those comes first brings them.
addTexts({ en: { segments: en }, sw: { segments: sw } })
