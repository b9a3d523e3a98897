import { outcomes } from '../../../checks/result.ts'
import { type ToldState, toldStates } from '../records.ts'

/** A result as a number: the control's number times this, plus the place of its state in `toldStates`. */
export const codesPerControl = toldStates.length
export const staleCode = toldStates.indexOf('stale')
/** `results.outcome` is a place in `outcomes`: the same places as in `toldStates`. */
outcomes satisfies readonly [(typeof toldStates)[0], (typeof toldStates)[1], (typeof toldStates)[2]]

/** Answers what a terminal told of a control, out of `13,17,22`. */
export function createTold(
  codes: string | null,
  numbers: ReadonlyMap<string, number>,
): (control: string) => ToldState | null {
  const byNumber = parseCodes(codes)
  return (control) => {
    const no = numbers.get(control)
    return no === undefined ? null : (toldStates[(byNumber[no] ?? 0) - 1] ?? null)
  }
}

/** At the control's number: the place of its state plus one, 0 for nothing. Digits are read one by one: it is in the
 * way of every count of the fleet. */
function parseCodes(codes: string | null): readonly number[] {
  const byNumber: number[] = []
  if (codes === null) return byNumber
  let value = 0
  for (let at = 0; at <= codes.length; at += 1) {
    const digit = codes.charCodeAt(at) - zero
    if (digit >= 0) {
      value = value * 10 + digit
      continue
    }
    byNumber[Math.floor(value / codesPerControl)] = (value % codesPerControl) + 1
    value = 0
  }
  return byNumber
}

const zero = '0'.charCodeAt(0)
