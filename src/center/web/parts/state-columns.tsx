import type { ColumnDef, RowData } from '@tanstack/react-table'
import { useMemo, useRef } from 'react'
import type { AnswerState } from '../../../standards/coverage.ts'
import type { StateCounts } from '../../api/results-contract.ts'
import { useTexts } from '../i18n/language.tsx'
import { createColumns, type features } from './data-table.tsx'
import { StateCount, shownStates } from './state-counts.tsx'

type Counted = RowData & Readonly<{ counts: StateCounts }>

/** One column of counts per state; each count leads to its terminals. */
export function useStateColumns<T extends Counted>(
  what: (row: T) => string,
  to: (row: T, state: AnswerState) => string,
): ColumnDef<typeof features, T>[] {
  const { answerName } = useTexts()
  const latest = useRef({ what, to })
  latest.current = { what, to }
  return useMemo(() => {
    const column = createColumns<T>()
    return shownStates.map((state) =>
      column(`count-${state}`, answerName(state), (row) => (
        <StateCount
          counts={row.counts}
          state={state}
          what={latest.current.what(row)}
          to={latest.current.to(row, state)}
        />
      )),
    )
  }, [answerName])
}
