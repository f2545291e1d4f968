import styles from './field.module.css'

/** Tags shows a list of texts, each by itself. */
export function Tags({ values }: { values: readonly string[] }) {
  return (
    <span className={styles.tags}>
      {values.map((one) => (
        <span key={one} className={styles.tag} dir="auto">
          {one}
        </span>
      ))}
    </span>
  )
}
