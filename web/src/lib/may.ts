import { useQuery } from '@tanstack/react-query'
import { allows, type Right } from './scopes'
import { session } from './session'

/** useMay says what the scope of whoever has signed in may do. What it may not is not shown. */
export function useMay(): (right: Right) => boolean {
  const scope = useQuery(session).data?.who.scope
  return (right) => scope !== undefined && allows(scope, right)
}
