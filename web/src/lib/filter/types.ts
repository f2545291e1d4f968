import type { components } from '@/lib/api/schema'

/** Operator is a word of the filter language, without those of query builders that mean the same. */
export type Operator = Exclude<
  components['schemas']['FilterRule']['operator'],
  | '!=' | '<' | '<=' | '=' | '>' | '>=' | 'beginsWith' | 'doesNotBeginWith' | 'doesNotContain' | 'doesNotEndWith'
  | 'endsWith' | 'notBetween' | 'notIn' | 'notNull' | 'null'
>

/** Rule asks one thing of one field. */
export interface Rule {
  field: string
  operator: Operator
  value?: unknown
  where?: Group
  salt?: string
}

/** Group joins rules; `not` turns its answer around. */
export interface Group {
  combinator: 'and' | 'or'
  not?: boolean
  rules: (Rule | Group)[]
}

/** isGroup tells a group from a rule. */
export function isGroup(node: Rule | Group): node is Group {
  return 'rules' in node
}

/** sent is a filter in the type that the client of the API wants. */
export function sent(filter: Group | undefined): components['schemas']['Filter'] | undefined {
  return filter as components['schemas']['Filter'] | undefined
}
