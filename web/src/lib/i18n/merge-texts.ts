import { addTexts } from '.'
import { merge as en } from './en/merge'
import { merge as sw } from './sw/merge'

// Of the profile, the page of a company and merging.
addTexts({ en: { merge: en }, sw: { merge: sw } })
