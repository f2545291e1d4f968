import { isGroupNode, type Node, type RuleNode } from './model'

/** canonical is a filter as a text that is the same for the same filter, in whatever order its members stand. */
export function canonical(filter: unknown): string {
  return JSON.stringify(filter, (_, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  )
}

const texts = new WeakMap<Node, string>()

/** textOf is the same for trees that say the same, whatever the ids of their rows. Only what has changed is written anew. */
export function textOf(node: Node): string {
  let text = texts.get(node)
  if (text === undefined) {
    text = isGroupNode(node) ? `${node.combinator} ${node.not} [${node.rules.map(textOf).join()}]` : textOfRow(node)
    texts.set(node, text)
  }
  return text
}

function textOfRow({ id: _, where, ...row }: RuleNode): string {
  return canonical({ ...row, ...(where && { where: textOf(where) }) })
}
