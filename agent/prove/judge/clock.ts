import { disproven, type Judged, proven } from '../finding.ts'

export type ClockSeen = Readonly<{
  startedAtMs: number
  endedAtMs: number
  /** Of a clock that nobody sets. */
  elapsedMs: number
  /** Of the newest line of the journal before the trial; null: none. */
  newestLineAtMs: number | null
  certificate: Readonly<{ fromMs: number; toMs: number }> | null
}>

/** More than this between the two clocks is a clock that was set, or runs wrongly. */
const toleranceMs = 2_000

export function judgeClock(seen: ClockSeen): Judged {
  const { startedAtMs, endedAtMs, elapsedMs, newestLineAtMs, certificate } = seen
  const driftMs = Math.round(endedAtMs - startedAtMs - elapsedMs)
  const faults = [
    ...(Math.abs(driftMs) > toleranceMs
      ? [{ ja: `試験の間に${driftMs} msずれました`, en: `it moved by ${driftMs} ms` }]
      : []),
    ...(newestLineAtMs !== null && newestLineAtMs > startedAtMs + toleranceMs
      ? [{ ja: '証跡の最後の行より前を指しています', en: "it stands before the journal's newest line" }]
      : []),
    ...(certificate !== null && (startedAtMs < certificate.fromMs || startedAtMs > certificate.toMs)
      ? [{ ja: '端末の証明書の期間の外を指しています', en: "it stands outside of the certificate's time" }]
      : []),
  ]
  const observed = `${new Date(startedAtMs).toISOString()}, drift ${driftMs} ms in ${Math.round(elapsedMs)} ms`
  if (faults.length === 0) {
    return proven('時計は一様に進み、記録と矛盾しません。', 'It runs evenly and contradicts no record.', observed)
  }
  return disproven(`${faults.map(({ ja }) => ja).join('、')}。`, `${faults.map(({ en }) => en).join(', ')}.`, observed)
}
