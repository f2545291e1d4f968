import { api } from '@/lib/api/client'
import { companyShape, type Company } from './company'
import type { EditQueue, Versioned } from './queue'
import { Queues, versioned } from './queues'

/** readCompany reads a company with where its values come from. */
export async function readCompany(id: string, signal?: AbortSignal): Promise<Versioned<Company>> {
  const { data, response } = await api.GET('/v1/companies/{id}', {
    params: { path: { id }, query: { include: ['provenance'] } },
    ...(signal && { signal }),
  })
  return versioned(data as Company, response)
}

/** companyQueues are the queues of edits of companies. */
export const companyQueues = new Queues<Company>('company-edits', companyShape, {
  read: readCompany,
  patch: async (id, header, body) => {
    const { data, response } = await api.PATCH('/v1/companies/{id}', { params: { path: { id }, header }, body })
    return { record: data as Company, response }
  },
})

/** companyQueue is the queue of a company. It goes on when its page is left. */
export const companyQueue = (id: string): EditQueue<Company> => companyQueues.of(id)
