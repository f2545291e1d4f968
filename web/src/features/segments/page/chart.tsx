import { useElementSize } from '@mantine/hooks'
import { useTranslation } from 'react-i18next'
import { moment, number } from '@/lib/text'
import styles from './segment.module.css'

/** Point is how many there were at a moment. */
export interface Point {
  n: number
  at: string
  count: number
}

const [height, left, bottom, top] = [220, 64, 24, 12]

/** ceiling is a round number that is not below a count, for the top of the chart. Half of it is a number of people, too. */
export function ceiling(count: number): number {
  const size = 10 ** Math.floor(Math.log10(Math.max(count, 1)))
  return [1, 2, 2.5, 4, 5, 6, 8, 10].map((step) => step * size).find((round) => round >= count && round % 2 === 0) ?? count
}

/** Chart is how many were in a segment over time, beginning at zero. The table below it says the same. */
export function Chart({ points, zone }: { points: Point[]; zone: string }) {
  const { t } = useTranslation()
  const frame = useElementSize<HTMLDivElement>()
  if (points.length < 2) return null // one alone shows no change
  const width = Math.max(frame.width, 240)
  const times = points.map(({ at }) => new Date(at).getTime())
  const [first = 0, last = 0] = [times[0], times.at(-1)]
  const most = ceiling(Math.max(...points.map(({ count }) => count)))
  const x = (time: number) => left + (last === first ? 0.5 : (time - first) / (last - first)) * (width - left - 12)
  const y = (count: number) => top + (1 - count / most) * (height - top - bottom)
  const line = points.map(({ count }, at) => `${x(times[at]!).toFixed(1)},${y(count).toFixed(1)}`)
  const newest = points.at(-1)!
  return (
    <div ref={frame.ref} className={styles.frame}>
      <svg
        className={styles.chart}
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={t('segments.page.chart', { from: number(points[0]!.count), to: number(newest.count), count: points.length, number: number(points.length) })}
      >
        {[0, most / 2, most].map((count) => (
          <g key={count}>
            <line x1={left} x2={width - 12} y1={y(count)} y2={y(count)} stroke="var(--k-line)" />
            <text x={left - 8} y={y(count) + 4} textAnchor="end" className={styles.tick}>
              {number(count)}
            </text>
          </g>
        ))}
        <polyline points={line.join(' ')} fill="none" stroke="var(--k-accent-text)" strokeWidth={2} strokeLinejoin="round" />
        {points.length <= 60 &&
          points.map(({ n, count }, at) => <circle key={n} cx={x(times[at]!)} cy={y(count)} r={3} fill="var(--k-accent-text)" />)}
        <text x={left} y={height - 6} className={styles.tick}>
          {moment(points[0]!.at, zone)}
        </text>
        {last !== first && (
          <text x={width - 12} y={height - 6} textAnchor="end" className={styles.tick}>
            {moment(newest.at, zone)}
          </text>
        )}
      </svg>
    </div>
  )
}
