import './texts'
import { useTranslation } from 'react-i18next'
import { MergeRecords, type Body } from '@/components/merge/merge-records'
import { api, data } from '@/lib/api/client'
import type { components } from '@/lib/api/schema'
import type { Company } from '@/lib/edits/company'
import { companyQueue } from '@/lib/edits/company-queue'
import { useFieldLabels } from '@/lib/field-label'
import { number } from '@/lib/text'
import { companyKind } from './kind'

/** MergeCompaniesPage makes two companies one. */
export function MergeCompaniesPage() {
  const { t } = useTranslation()
  const labelOf = useFieldLabels('company')
  return (
    <MergeRecords<Company>
      kind={companyKind}
      entity="company"
      path="/companies/$id"
      texts={{
        title: t('companies.mergeTitle'),
        forbidden: t('merge.forbidden'),
        missing: t('companies.mergeMissing'),
        same: t('companies.mergeSame'),
        direction: (names) => t('companies.mergeDirection', names),
        directionHelp: t('companies.mergeDirectionHelp'),
      }}
      labelOf={labelOf}
      nameOf={(company) => company.name}
      detailOf={({ domains, identifier, id }) => domains?.[0] ?? identifier ?? id}
      read={(id, signal) => data(api.GET('/v1/companies/{id}', { params: { path: { id } }, signal }))}
      rehearse={async (id, body, signal) => {
        const { data, response } = await api.POST('/v1/companies/{id}/merge', {
          params: { path: { id } },
          body: { ...sent(body), dry_run: true },
          signal,
        })
        const { company, moves } = data as components['schemas']['RehearsedCompany']
        return {
          result: company,
          etag: response.headers.get('ETag') ?? `"${company.version}"`,
          moves: t('companies.mergeMoves', { count: moves.contacts, number: number(moves.contacts) }),
        }
      }}
      merge={async (id, body, header) =>
        (await data(api.POST('/v1/companies/{id}/merge', { params: { path: { id }, header }, body: sent(body) }))) as Company
      }
      merged={(survivor) =>
        companyQueue(survivor.id).hear({ record: survivor, version: survivor.version, etag: `"${survivor.version}"` })
      }
    />
  )
}

const sent = ({ other, choose }: Body) => ({ company_id: other, choose })
