import { Fragment, useMemo, type ReactNode } from 'react'
import { markdown, type Block, type Inline } from '@/lib/markdown'
import styles from './markdown.module.css'

/** Markdown shows a text of people. It runs no HTML and fetches no picture. */
export function Markdown({ text }: { text: string }) {
  const blocks = useMemo(() => markdown(text), [text])
  return (
    <div className={styles.text} dir="auto">
      {blocks.map((block, i) => (
        <BlockOf key={i} block={block} />
      ))}
    </div>
  )
}

function BlockOf({ block }: { block: Block }): ReactNode {
  switch (block.kind) {
    case 'heading':
      // The page has headings of its own: those of a note are strong lines among them.
      return <p className={styles.heading} data-level={block.level}><Parts parts={block.parts} /></p>
    case 'paragraph':
      return <p><Lines lines={block.lines} /></p>
    case 'quote':
      return <blockquote><Lines lines={block.lines} /></blockquote>
    case 'list': {
      const items = block.items.map((parts, i) => <li key={i}><Parts parts={parts} /></li>)
      return block.ordered ? <ol start={block.start}>{items}</ol> : <ul>{items}</ul>
    }
    case 'code':
      return <pre tabIndex={0}>{block.text}</pre>
    case 'rule':
      return <hr />
  }
}

function Lines({ lines }: { lines: Inline[][] }) {
  return lines.map((parts, i) => (
    <Fragment key={i}>
      {i > 0 && <br />}
      <Parts parts={parts} />
    </Fragment>
  ))
}

function Parts({ parts }: { parts: Inline[] }) {
  return parts.map((part, i) => <Part key={i} part={part} />)
}

function Part({ part }: { part: Inline }): ReactNode {
  switch (part.kind) {
    case 'text':
      return part.text
    case 'code':
      return <code>{part.text}</code>
    case 'strong':
      return <strong><Parts parts={part.parts} /></strong>
    case 'em':
      return <em><Parts parts={part.parts} /></em>
    case 'del':
      return <del><Parts parts={part.parts} /></del>
    case 'link':
      return <a href={part.href} target="_blank" rel="noopener noreferrer nofollow"><Parts parts={part.parts} /></a>
  }
}
