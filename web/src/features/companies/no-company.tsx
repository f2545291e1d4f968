import { Anchor, Button, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useMay } from '@/lib/may'
import { likely } from './queries'
import styles from './companies.module.css'

/** NoCompany stands where no company is found: which it may be all the same, and how to make it. */
export function NoCompany({ words, picked, create }: { words: string; picked: boolean; create: () => void }) {
  const { t } = useTranslation()
  const may = useMay()
  const hits = useQuery(likely(words)).data?.companies.hits ?? []
  const nothing = words.trim() === '' && !picked
  return (
    <Stack className={styles.empty} align="flex-start">
      <div>
        <Text fw={600}>{t(nothing ? 'companies.empty' : 'companies.none')}</Text>
        <Text c="dimmed">{t(nothing ? 'companies.emptyHelp' : 'companies.noneHelp')}</Text>
      </div>
      {words.trim() !== '' && hits.length > 0 && (
        <div>
          <Text size="sm">{t('companies.maybe')}</Text>
          <ul>
            {hits.map(({ company }) => (
              <li key={company.id}>
                <Anchor component={Link} to={`/companies/${company.id}`} dir="auto">
                  {company.name}
                </Anchor>
              </li>
            ))}
          </ul>
        </div>
      )}
      {may('writeCompanies') && (
        <Button variant="default" onClick={create}>
          {words.trim() ? t('companies.create', { words: words.trim() }) : t('companies.new')}
        </Button>
      )}
    </Stack>
  )
}
