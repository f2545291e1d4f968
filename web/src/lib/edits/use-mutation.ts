import { useMutation as useAnyMutation, type UseMutationOptions, type UseMutationResult } from '@tanstack/react-query'
import { useCallback, useRef } from 'react'
import { same } from './same'

/**
 * useMutation is that of TanStack Query, but `mutate` does nothing while the same input is on its way: a button can be
 * pressed twice before the page shows that it works.
 */
export function useMutation<Data, Input = void>(
  options: UseMutationOptions<Data, Error, Input> & { mutationFn: (input: Input) => Promise<Data> },
): UseMutationResult<Data, Error, Input> {
  const underway = useRef<Input[]>([])
  const mutation = useAnyMutation<Data, Error, Input>({
    ...options,
    mutationFn: async (input) => {
      try {
        return await options.mutationFn(input)
      } finally {
        underway.current = underway.current.filter((one) => one !== input)
      }
    },
  })
  const { mutate: send } = mutation
  const mutate = useCallback<typeof send>(
    (...asked) => {
      const input = asked[0] as Input
      if (underway.current.some((one) => same(one, input))) return
      underway.current.push(input)
      send(...asked)
    },
    [send],
  )
  return { ...mutation, mutate }
}
