import { Button, Center, Loader, Stack, Text, Title } from '@mantine/core'
import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Failure } from '@/components/failure'

/** LoadingPage stands in while a page is fetched. */
export function LoadingPage() {
  const { t } = useTranslation()
  return <Loader m="xl" aria-label={t('app.loading')} />
}

/** ErrorPage is what became of a page that failed. What stands around it goes on. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const again = () => {
    reset()
    void router.invalidate()
  }
  return (
    <Stack p="xl" maw={640}>
      <Failure cause={error} retry={again} />
    </Stack>
  )
}

/** NotFoundPage answers an address that leads nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation()
  return (
    <Center component="main" mih="100dvh" p="lg">
      <Stack align="center" ta="center">
        <img src="/icon.svg" alt="" width={40} height={40} />
        <Title order={1}>{t('app.notFound')}</Title>
        <Text c="dimmed">{t('app.notFoundHelp')}</Text>
        <Button component={Link} to="/">
          {t('app.home')}
        </Button>
      </Stack>
    </Center>
  )
}
