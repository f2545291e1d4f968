import { isProblem } from '@/lib/api/client'

/** How something is made whose secret only the first answer has. */
interface Making<T> {
  make: (key: string) => Promise<T>
  has: (made: T) => boolean
  /** Takes back what was made without anybody having got its secret. */
  drop?: (made: T) => Promise<unknown>
}

/** How often at most an answer with a secret gets lost before the page gives up. */
const most = 10

/**
 * withSecret makes something that has a secret. When the answer with the secret got lost, a repeated request finds it made
 * and has no secret: nobody can ever use it. So it is taken back and made anew. To be called again, after whatever fault,
 * with the same Idempotency-Key: it leaves one behind at the end, and that one's secret is known.
 */
export async function withSecret<T>(key: string, { make, has, drop }: Making<T>): Promise<T> {
  for (let n = 1; ; n++) {
    try {
      const made = await make(`${key}-${n}`)
      if (has(made) || n === most) return made
      await drop?.(made)
    } catch (cause) {
      const gone = isProblem(cause) && (cause.status === 404 || cause.status === 410) // taken back already
      if (!gone || n === most) throw cause
    }
  }
}
