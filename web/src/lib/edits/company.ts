import type { components } from '@/lib/api/schema'
import { recordShape } from './record'

export type Company = components['schemas']['WholeCompany']

/** companyShape knows the fields of companies, named as in filters. */
export const companyShape = recordShape<Company>()
