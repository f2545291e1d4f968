import { addTexts } from '.'
import { merge } from './en/merge'

// Of the profile, the page of a company and merging.
addTexts({ en: { merge }, sw: async () => ({ merge: (await import('./sw/merge')).merge }) })
