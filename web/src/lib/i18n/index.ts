import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { stored } from '@/lib/stored'
import { en, type Messages } from './en'

/** The languages of the console, by code, in their own words. */
export const languages = { en: 'English', sw: 'Kiswahili' } as const
export type Language = keyof typeof languages

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation'
    resources: { translation: Messages }
  }
}

/** preferred is the language that was chosen before, else the first of the browser's that we have. */
export function preferred(chosen: string | null, browser: readonly string[]): Language {
  for (const tag of [chosen ?? '', ...browser]) {
    const code = tag.split('-')[0]
    if (code === 'en' || code === 'sw') return code
  }
  return 'en'
}

/** startTexts makes the texts ready. English is here at once, others are loaded when they are wanted. */
export async function startTexts(): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
    saveMissing: true,
    missingKeyHandler: (_languages, _namespace, key, used) => {
      if (used === key) console.error(`missing text: ${key}`) // nothing stands in for it
    },
  })
  await setLanguage(preferred(stored.get('language'), navigator.languages), false)
}

/** setLanguage changes the language of the page, and of the next visits if it is kept. */
export async function setLanguage(code: Language, keep = true): Promise<void> {
  if (code === 'sw') {
    if (!i18next.exists('app.name', { lng: 'sw', fallbackLng: 'sw' })) put('sw', (await import('./sw')).sw)
    for (const texts of later) put('sw', await texts())
  }
  await i18next.changeLanguage(code)
  document.documentElement.lang = code
  document.getElementById('layers')?.setAttribute('aria-label', i18next.t('app.layers'))
  if (keep) stored.set('language', code)
}

/** The Swahili of the pages that were loaded so far. */
const later: (() => Promise<object>)[] = []

function put(code: Language, texts: object): void {
  i18next.addResourceBundle(code, 'translation', texts, true)
}

let pending: Promise<unknown> = Promise.resolve()

/**
 * addTexts adds the texts of a page that is not loaded at first. They stand under a key of their own. Other languages
 * than English are fetched by those who read them; textsReady waits for those.
 */
export function addTexts(texts: { en: object; sw: () => Promise<object> }): void {
  put('en', texts.en)
  later.push(texts.sw)
  if (i18next.language !== 'sw') return
  // Without them English stands in.
  pending = Promise.all([pending, texts.sw().then((sw) => put('sw', sw), () => undefined)])
}

/** textsReady waits for the texts of the pages that were fetched so far. */
export async function textsReady(): Promise<void> {
  await pending
}
