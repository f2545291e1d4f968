import i18next from 'i18next'
import { once } from './text'

// ISO 3166-1 alpha-2.
const codes =
  'ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDM' +
  'DODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKN' +
  'KPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPM' +
  'PNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI' +
  'VNVUWFWSYEYTZAZMZW'

/** countryCodes are the two letters of every country. */
export const countryCodes: readonly string[] = codes.match(/../g) ?? []

const names = () => once('countries', (language = 'en') => new Intl.DisplayNames([language], { type: 'region' }))

/** country is the name of a country in the reader's language; its code where the browser knows no name. */
export function country(code: string): string {
  try {
    return names().of(code) ?? code
  } catch {
    return code // no code of a country
  }
}

/** countries are all of them, by name. */
export function countries(): { value: string; label: string }[] {
  const all = countryCodes.map((value) => ({ value, label: `${names().of(value) ?? value} (${value})` }))
  return all.sort((a, b) => a.label.localeCompare(b.label, i18next.language))
}
