/** apart are two names that nobody takes for the same: with what else tells the two apart when they are equal. */
export function apart<R>(nameOf: (record: R) => string, detailOf: (record: R) => string, stays: R, gone: R): { stays: string; gone: string } {
  const names = { stays: nameOf(stays), gone: nameOf(gone) }
  if (names.stays.trim().toLowerCase() !== names.gone.trim().toLowerCase()) return names
  return { stays: `${names.stays} (${detailOf(stays)})`, gone: `${names.gone} (${detailOf(gone)})` }
}
