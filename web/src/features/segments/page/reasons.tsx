import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { number } from '@/lib/text'
import styles from './segment.module.css'

interface Props {
  title: string
  /** How many people each reason is about. */
  by: Record<string, number>
  /** What leads to those people, for the reasons whose people can be listed. */
  link?: (reason: string, children: ReactNode) => ReactNode
}

/** Reasons says for which reasons how many people are held back. It is nothing when nobody is. */
export function Reasons({ title, by, link }: Props) {
  const { t } = useTranslation()
  const reasons = Object.entries(by).filter(([, n]) => n > 0)
  if (reasons.length === 0) return null
  return (
    <p>
      <span className={styles.muted}>{title}</span>{' '}
      {reasons.map(([reason, n], i) => {
        const word = `${t(`segments.pull.reasons.${reason}` as 'segments.pull.reasons.blocked', { defaultValue: reason })}: ${number(n)}`
        return (
          <span key={reason}>
            {i > 0 && ', '}
            {link ? link(reason, word) : word}
          </span>
        )
      })}
    </p>
  )
}
