import { Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'
import styles from './profile.module.css'

/** Card is one thing that is known about a contact, beside the others. */
export function Card({ title, children }: { title: string; children: ReactNode }) {
  const id = useId()
  return (
    <section className={styles.card} aria-labelledby={id}>
      <Title order={2} size="h3" id={id} mb={6}>
        {title}
      </Title>
      {children}
    </section>
  )
}
