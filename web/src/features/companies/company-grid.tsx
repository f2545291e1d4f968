import { Link } from '@tanstack/react-router'
import { useMemo, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { RecordGrid } from '@/components/list/record-grid'
import { companyShape, type Company } from '@/lib/edits/company'
import { useFieldLabels } from '@/lib/field-label'
import { useShown } from '@/lib/shown'
import { ago, initials, number } from '@/lib/text'
import styles from './companies.module.css'

/** gridID names the element of the rows. */
export const gridID = 'companies'

interface GridProps {
  rows: Company[]
  columns: string[]
  total: number
  active: number
  activate: (row: number) => void
  open: (row: number, newTab: boolean) => void
  old: boolean
  more: () => void
}

/** CompanyGrid shows the companies that are found. */
export function CompanyGrid({ columns, ...rest }: GridProps) {
  const { t } = useTranslation()
  const labelOf = useFieldLabels('company')
  return (
    <RecordGrid
      {...rest}
      id={gridID}
      label={t('companies.title')}
      nameLabel={labelOf('name')}
      columns={useMemo(() => columns.map((field) => ({ field, label: labelOf(field), numeric: field === 'contacts_count' })), [columns, labelOf])}
      name={nameOf}
      cell={cellOf}
    />
  )
}

const nameOf = (company: Company) => <Name company={company} />
const cellOf = (company: Company, field: string) => <Cell company={company} field={field} />

function Name({ company }: { company: Company }) {
  return (
    <>
      <span className={styles.mark} aria-hidden>
        {initials(company.name)}
      </span>
      <Link to="/companies/$id" params={{ id: company.id }} tabIndex={-1} dir="auto" title={company.name}>
        {company.name}
      </Link>
    </>
  )
}

/** Cell is the value of a field as a list shows it. */
function Cell({ company, field }: { company: Company; field: string }): ReactNode {
  const show = useShown('company')
  const value = companyShape.get(company, field)
  if (typeof value === 'string' && field.endsWith('_at')) return <time dateTime={value}>{ago(value)}</time>
  if (field === 'contacts_count' && typeof value === 'number') return number(value)
  return show(field, value)
}
