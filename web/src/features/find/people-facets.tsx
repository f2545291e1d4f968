import { useQuery } from '@tanstack/react-query'
import { Facets } from '@/components/list/facets'
import { useFieldLabels } from '@/lib/field-label'
import type { View } from '@/lib/list-view'
import { useFacetWords } from '@/lib/shown'
import { facets } from './queries'
import { facetFields } from './view'

/** PeopleFacets counts the facets of a view. It is apart from the page, so that its answer draws only the facets again. */
export function PeopleFacets({ view, change }: { view: View; change: (view: View) => void }) {
  return <Facets fields={facetFields} counted={useQuery(facets(view))} view={view} change={change} labelOf={useFieldLabels()} wordOf={useFacetWords()} />
}
