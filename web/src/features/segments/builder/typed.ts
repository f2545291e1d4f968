import { useState } from 'react'

/**
 * useTyped keeps what somebody types into a box while the value that it means is written otherwise. Once the value
 * changes by another hand, such as Undo, the box shows it. `settle` is for when they leave the box.
 */
export function useTyped(shown: string): { text: string; type: (text: string, shownAfter: string) => void; settle: () => void } {
  const [state, setState] = useState({ text: shown, own: shown })
  if (state.own !== shown) setState({ text: shown, own: shown })
  return {
    text: state.own === shown ? state.text : shown,
    type: (text, shownAfter) => setState({ text, own: shownAfter }),
    settle: () => setState({ text: shown, own: shown }),
  }
}
