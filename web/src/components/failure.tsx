import { Alert, Button, Group, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useLayoutEffect, useRef, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { isProblem } from '@/lib/api/client'
import { placeOf } from '@/lib/api/place'
import { arrive } from '@/lib/arrival'

interface FailureProps {
  cause: unknown
  retry?: (() => void) | undefined
  /** The places whose faults the form shows at its fields. When there are no others, they are only said aloud. */
  atFields?: RegExp
  /** Another way on, such as a link. */
  children?: ReactNode
}

/** What the server answers to a question that it would answer the same way again. */
const final = [404, 422]

/**
 * Failure says what went wrong, where it went wrong, with the number to ask about and a way to try again, if that may
 * help.
 */
export function Failure({ cause, retry, atFields, children }: FailureProps) {
  const { t } = useTranslation()
  const alert = useFocusAfter()
  const problem = isProblem(cause) ? cause : undefined
  const all = problem?.body.errors ?? []
  const faults = all.filter(({ location }) => !atFields?.test(location))
  if (all.length > 0 && faults.length === 0) {
    return <VisuallyHidden role="alert">{all.map(({ detail }) => detail).join(' ')}</VisuallyHidden>
  }
  return (
    <Alert
      ref={alert}
      role="alert"
      color="red"
      variant="outline"
      icon={<IconAlertTriangle size={16} aria-hidden />}
      title={problem?.title ?? t('app.failed')}
      styles={{ root: { background: 'var(--k-danger-tint)', borderColor: 'var(--k-danger)' }, title: { color: 'var(--k-danger)' } }}
    >
      <Stack gap="sm">
        {problem && <Text size="sm">{problem.detail}</Text>}
        {faults.length > 0 && (
          <ul>
            {faults.map((fault) => (
              <li key={`${fault.location} ${fault.detail}`}>
                {placeOf(fault.location) ?? <code>{fault.location}</code>}: {fault.detail}
              </li>
            ))}
          </ul>
        )}
        <Group gap="md">
          {retry && !final.includes(problem?.status ?? 0) && (
            <Button size="xs" variant="default" onClick={retry}>
              {t('app.retry')}
            </Button>
          )}
          {children}
          {problem?.requestID && (
            <Text size="xs" c="dimmed">
              {t('app.request', { id: problem.requestID })}
            </Text>
          )}
        </Group>
      </Stack>
    </Alert>
  )
}

/**
 * useFocusAfter is for what goes away when a button in it is pressed. The focus goes to the dialog around it, or to the
 * heading of the page, and not nowhere.
 */
function useFocusAfter() {
  const element = useRef<HTMLDivElement>(null)
  useLayoutEffect(() => {
    const gone = element.current
    const dialog = gone?.closest<HTMLElement>('[role=dialog]')
    return () => {
      if (!gone?.contains(document.activeElement)) return
      queueMicrotask(() => {
        if (document.activeElement === document.body) (dialog?.isConnected ? () => dialog.focus() : arrive)()
      })
    }
  }, [])
  return element
}
