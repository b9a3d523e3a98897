import { severities } from '../../../../protocol/events.ts'
import type { AnswerState } from '../../../../standards/coverage.ts'
import type { ControlRow } from '../../../api/results-contract.ts'

/** What the filter leaves, the worst first: most failing, then most unknown, then most out of date, then the gravest. */
export function chooseControls(
  rows: readonly ControlRow[],
  { state, q }: Readonly<{ state: AnswerState | undefined; q: string }>,
): ControlRow[] {
  const wanted = q.toLowerCase()
  return rows
    .filter(({ counts }) => state === undefined || counts[state] > 0)
    .filter(({ control, title }) => [control, title.ja, title.en].some((text) => text.toLowerCase().includes(wanted)))
    .toSorted(
      (a, b) =>
        b.counts.fail - a.counts.fail ||
        b.counts.unknown - a.counts.unknown ||
        b.counts.stale - a.counts.stale ||
        a.counts.planned - b.counts.planned ||
        b.counts.pass - a.counts.pass ||
        severities.indexOf(b.severity) - severities.indexOf(a.severity),
    )
}
