import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'
import { ShareMenu } from '@/components/list/share-menu'
import { download } from '@/lib/download'
import { useMutation } from '@/lib/edits/use-mutation'
import styles from './segment.module.css'

/** The forms in which the API gives a whole list, and how their files end. */
const forms = { csv: 'text/csv', ndjson: 'application/x-ndjson' } as const
type Form = keyof typeof forms

interface Props {
  /** What the file is called, without its ending. */
  name: string
  /** Asks for the whole list, in a form for the header Accept. */
  ask: (accept: string) => Promise<{ data?: Blob }>
  curl: () => string
}

/** Copies gives a list to others: as a file, as a link, and as a line for a shell. */
export function Copies({ name, ask, curl }: Props) {
  const { t } = useTranslation()
  const file = useMutation({
    mutationFn: async (form: Form) => download(`${name}.${form}`, (await ask(forms[form])).data!),
  })
  return (
    <div className={styles.copies}>
      {(['csv', 'ndjson'] as const).map((form) => (
        <Button key={form} size="xs" variant="default" loading={file.isPending && file.variables === form} onClick={() => file.mutate(form)}>
          {t(`segments.copy.${form}`)}
        </Button>
      ))}
      <ShareMenu curl={curl} />
      {file.isError && <Failure cause={file.error} />}
    </div>
  )
}
