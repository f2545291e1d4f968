/** Points are where a line goes in a box of a width and a height: from left to right, the largest at the top. */
export function points(values: readonly number[], width: number, height: number): [number, number][] {
  const [least, most] = [Math.min(...values), Math.max(...values)]
  const step = values.length > 1 ? width / (values.length - 1) : 0
  const span = most - least
  return values.map((value, at) => [at * step, span === 0 ? height / 2 : height - ((value - least) / span) * height])
}

const [width, height] = [88, 24]

/** Sparkline is a small line of how something changed. `label` says the same in words. */
export function Sparkline({ values, label }: { values: readonly number[]; label: string }) {
  const line = points(values, width - 4, height - 4)
  const [x = 0, y = 0] = line.at(-1) ?? []
  return (
    <svg width={width} height={height} viewBox={`-2 -2 ${width} ${height}`} role="img" aria-label={label}>
      {line.length > 1 && (
        <polyline points={line.map((point) => point.join()).join(' ')} fill="none" stroke="var(--k-accent-text)" strokeWidth={1.5} strokeLinejoin="round" />
      )}
      {line.length > 0 && <circle cx={x} cy={y} r={2} fill="var(--k-accent-text)" />}
    </svg>
  )
}
