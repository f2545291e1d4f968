/** Inline is a part of a line of Markdown. */
export type Inline =
  | { kind: 'text'; text: string }
  | { kind: 'code'; text: string }
  | { kind: 'strong' | 'em' | 'del'; parts: Inline[] }
  | { kind: 'link'; href: string; parts: Inline[] }

/** Block is a part of a text of Markdown. Lines of a paragraph are kept apart, as they were written. */
export type Block =
  | { kind: 'heading'; level: number; parts: Inline[] }
  | { kind: 'paragraph' | 'quote'; lines: Inline[][] }
  | { kind: 'list'; ordered: boolean; start: number; items: Inline[][] }
  | { kind: 'code'; text: string }
  | { kind: 'rule' }

// Addresses that a note may lead to. Anything else, like javascript:, stays the text that it is.
const safe = /^(https?:\/\/|mailto:|tel:)/i

const patterns: [RegExp, (match: RegExpExecArray) => Inline][] = [
  [/^`([^`\n]+)`/, (m) => ({ kind: 'code', text: m[1]! })],
  [/^\*\*(?=\S)([^\n]+?\S|\S)\*\*/, (m) => ({ kind: 'strong', parts: inline(m[1]!) })],
  [/^__(?=\S)([^\n]+?\S|\S)__(?![\p{L}\p{N}])/u, (m) => ({ kind: 'strong', parts: inline(m[1]!) })],
  [/^~~(?=\S)([^\n]+?\S|\S)~~/, (m) => ({ kind: 'del', parts: inline(m[1]!) })],
  [/^\*(?=\S)([^*\n]*?[^\s*])\*/, (m) => ({ kind: 'em', parts: inline(m[1]!) })],
  [/^_(?=\S)([^_\n]*?[^\s_])_(?![\p{L}\p{N}])/u, (m) => ({ kind: 'em', parts: inline(m[1]!) })],
  // A picture is shown as a link to it: nothing is fetched from elsewhere.
  [/^!?\[([^\]\n]*)\]\(([^()\s]+)\)/, (m) => link(m[0], m[1]! || m[2]!, m[2]!)],
  [/^https?:\/\/[^\s<>"]*[^\s<>".,:;!?)\]']/i, (m) => ({ kind: 'link', href: m[0], parts: [{ kind: 'text', text: m[0] }] })],
  [/^\\([\\`*_{}[\]()#+\-.!~>])/, (m) => ({ kind: 'text', text: m[1]! })],
]

function link(whole: string, text: string, href: string): Inline {
  return safe.test(href) ? { kind: 'link', href, parts: [{ kind: 'text', text }] } : { kind: 'text', text: whole }
}

/** inline reads one line. What is no Markdown is text. */
export function inline(line: string): Inline[] {
  const parts: Inline[] = []
  const add = (part: Inline) => {
    const last = parts.at(-1)
    if (part.kind === 'text' && last?.kind === 'text') last.text += part.text
    else parts.push(part)
  }
  let rest = line
  let wordBefore = false // an underscore within a word is one
  while (rest !== '') {
    let taken = 0
    for (const [pattern, part] of patterns) {
      const match = pattern.exec(rest)
      if (!match || (wordBefore && /^(_|https?:)/i.test(rest))) continue
      add(part(match))
      taken = match[0].length
      break
    }
    if (taken === 0) {
      taken = rest.codePointAt(0)! > 0xffff ? 2 : 1
      add({ kind: 'text', text: rest.slice(0, taken) })
    }
    wordBefore = /[\p{L}\p{N}]$/u.test(rest.slice(0, taken))
    rest = rest.slice(taken)
  }
  return parts
}

const item = /^\s{0,3}(?:[-*+]|(\d{1,9})[.)])\s+(.*)$/

/** markdown reads a text. There is no HTML in it: tags are text. */
export function markdown(text: string): Block[] {
  const lines = text.split('\n')
  const blocks: Block[] = []
  let fence: string[] | undefined
  for (const line of lines) {
    if (/^\s{0,3}```/.test(line)) {
      if (fence) blocks.push({ kind: 'code', text: fence.join('\n') })
      fence = fence ? undefined : []
    } else if (fence) fence.push(line)
    else read(line, blocks)
  }
  if (fence) blocks.push({ kind: 'code', text: fence.join('\n') })
  return blocks.filter((block) => !('lines' in block) || block.lines.length > 0)
}

function read(line: string, blocks: Block[]): void {
  const last = blocks.at(-1)
  const heading = /^\s{0,3}(#{1,6})\s+(.*?)\s*#*$/.exec(line)
  const point = item.exec(line)
  const quote = /^\s{0,3}>\s?(.*)$/.exec(line)
  if (line.trim() === '') blocks.push({ kind: 'paragraph', lines: [] }) // ends what was before
  else if (/^\s{0,3}([-*_])(\s*\1){2,}\s*$/.test(line)) blocks.push({ kind: 'rule' })
  else if (heading) blocks.push({ kind: 'heading', level: heading[1]!.length, parts: inline(heading[2]!) })
  else if (point) {
    const ordered = point[1] !== undefined
    if (last?.kind === 'list' && last.ordered === ordered) last.items.push(inline(point[2]!))
    else blocks.push({ kind: 'list', ordered, start: Number(point[1] ?? 1), items: [inline(point[2]!)] })
  } else if (quote) {
    if (last?.kind === 'quote') last.lines.push(inline(quote[1]!))
    else blocks.push({ kind: 'quote', lines: [inline(quote[1]!)] })
  } else if (last?.kind === 'list' && /^\s{2,}/.test(line)) last.items.at(-1)!.push(...inline(` ${line.trim()}`))
  else if (last?.kind === 'paragraph') last.lines.push(inline(line))
  else blocks.push({ kind: 'paragraph', lines: [inline(line)] })
}
