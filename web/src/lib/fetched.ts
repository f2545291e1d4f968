import { lazy, type ComponentType } from 'react'
import { alive, connected, connection, noteConnection } from './api/connection'
import { textsReady } from './i18n'

/**
 * patiently fetches a part of the console that is not fetched at first, with its texts. Without a connection it waits for
 * one: what stands on the page goes on meanwhile. A part that the server no longer has, after an update, still fails.
 */
export async function patiently<T>(fetched: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      const part = await fetched()
      await textsReady()
      return part
    } catch (cause) {
      if (connected() && (await answers())) throw cause
      await connection()
    }
  }
}

async function answers(): Promise<boolean> {
  const answered = await alive()
  noteConnection(answered)
  return answered
}

/** later is a component that is fetched when it is shown first. */
export function later<P>(fetched: () => Promise<ComponentType<P>>) {
  return lazy(() => patiently(async () => ({ default: await fetched() })))
}
