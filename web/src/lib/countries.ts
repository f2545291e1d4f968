import i18next from 'i18next'

// ISO 3166-1 alpha-2.
const codes =
  'ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZDEDJDKDM' +
  'DODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJMJOJPKEKGKHKIKMKN' +
  'KPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONPNRNUNZOMPAPEPFPGPHPKPLPM' +
  'PNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTOTRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVI' +
  'VNVUWFWSYEYTZAZMZW'

/** countryCodes are the two letters of every country. */
export const countryCodes: readonly string[] = codes.match(/../g) ?? []

/** country is the name of a country in the reader's language; its code where the browser knows no name. */
export function country(code: string): string {
  try {
    return new Intl.DisplayNames([i18next.language ?? 'en'], { type: 'region' }).of(code) ?? code
  } catch {
    return code // no code of a country
  }
}

/** countries are all of them, by name. */
export function countries(): { value: string; label: string }[] {
  const names = new Intl.DisplayNames([i18next.language ?? 'en'], { type: 'region' })
  const all = countryCodes.map((value) => ({ value, label: `${names.of(value) ?? value} (${value})` }))
  return all.sort((a, b) => a.label.localeCompare(b.label, i18next.language))
}
