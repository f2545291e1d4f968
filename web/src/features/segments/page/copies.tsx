import { Failure } from '@/components/failure'
import type { FileForm } from '@/components/list/share-dropdown'
import { ShareMenu } from '@/components/list/share-menu'
import { download } from '@/lib/download'
import { useMutation } from '@/lib/edits/use-mutation'
import styles from './segment.module.css'

/** The forms in which the API gives a whole list. The names are how their files end. */
const forms: Record<FileForm, string> = { csv: 'text/csv', ndjson: 'application/x-ndjson' }

interface Props {
  /** What the file is called, without its ending. */
  name: string
  /** Asks for the whole list, in a form for the header Accept. */
  ask: (accept: string) => Promise<{ data?: Blob }>
  curl: () => string
}

/** Copies gives a list to others: as a file, as a link, and as a line for a shell. */
export function Copies({ name, ask, curl }: Props) {
  const file = useMutation({
    mutationFn: async (form: FileForm) => download(`${name}.${form}`, (await ask(forms[form])).data!),
  })
  return (
    <div className={styles.copies}>
      <ShareMenu curl={curl} save={file.mutate} saving={file.isPending} />
      {file.isError && <Failure cause={file.error} />}
    </div>
  )
}
