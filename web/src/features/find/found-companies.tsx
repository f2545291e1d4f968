import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { companiesID } from '@/lib/finder'
import { number } from '@/lib/text'
import { companiesLike, type FoundCompanies as Found } from './queries'
import styles from './find.module.css'

/** companyID names the element of a company, for aria-activedescendant. */
export const companyID = (at: number) => `${companiesID}-${at}`

/** How long nobody has typed before companies are asked for, in milliseconds: the people come first. */
const restingDelay = 150

/** useCompanies are the companies that some words find, once nobody types any more; none without words. */
export function useCompanies(words: string): Found | undefined {
  const [rested] = useDebouncedValue(words, restingDelay)
  const found = useQuery(companiesLike(rested.trim()))
  return words.trim() === '' || rested !== words ? undefined : found.data
}

/** FoundCompanies is a line of the companies that the words find. The last of its links leads to all of them. */
export function FoundCompanies({ words, found, active }: { words: string; found: Found | undefined; active: number }) {
  const { t } = useTranslation()
  const more = found && found.count > found.companies.length
  const option = (at: number) => ({ id: companyID(at), role: 'option', 'aria-selected': at === active, 'data-active': at === active, className: styles.company })
  return (
    <div className={styles.companies}>
      <span aria-hidden>{t('nav.companies')}</span>
      {!found || found.companies.length === 0 ? (
        <span>{found && t('find.noCompany')}</span>
      ) : (
        <div id={companiesID} role="listbox" aria-label={t('find.companies')} className={styles.companyList}>
          {found.companies.map(({ id, name }, at) => (
            <Link key={id} {...option(at)} to="/companies/$id" params={{ id }} dir="auto">
              {name}
            </Link>
          ))}
          {more && (
            <Link {...option(found.companies.length)} to="/companies" search={{ q: words }}>
              {t(found.exact ? 'find.allCompanies' : 'find.someCompanies', { count: found.count, number: number(found.count) })}
            </Link>
          )}
        </div>
      )}
    </div>
  )
}
