import type { MergeKind } from '@/components/merge/rows'
import { companyShape, type Company } from '@/lib/edits/company'

/** companyKind says how two companies are merged. */
export const companyKind: MergeKind<Company> = {
  chosenByHand: ['name', 'domains', 'identifier', 'country', 'city', 'labels'],
  shownOnly: () => ['created_at'], // when its people were last seen is no part of what the server works out
  together: [['country', 'city']],
  valueOf: companyShape.get,
}
