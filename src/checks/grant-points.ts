import type { Grant } from '../policy/grant.ts'
import { isSamePerson } from '../policy/person.ts'
import type { JudgeContext } from './check.ts'
import { japanDate } from './japan-time.ts'
import { fail, type Point, pass } from './points.ts'

/** Grants that hold on this terminal now. */
export function grantsInForce({ grants, terminalId, zone, now }: JudgeContext): readonly Grant[] {
  return grants.filter((grant) => {
    const isHere = grant.terminals.includes(terminalId) || (grant.terminals.length === 0 && grant.zones.includes(zone))
    const isNow = Date.parse(grant.validFrom) <= now.getTime() && now.getTime() < Date.parse(grant.until)
    return isHere && isNow
  })
}

export function separationPoint({ id, applicant, approver, until }: Grant): Point {
  const key = `grant:${id}`
  if (isSamePerson(applicant, approver)) {
    return fail(
      key,
      `許可 ${id} は申請者と承認者が同じです（${applicant}）`,
      `grant ${id} was approved by its own applicant (${applicant})`,
    )
  }
  const day = japanDate(new Date(until))
  return pass(
    key,
    `許可 ${id}（申請 ${applicant}、承認 ${approver}、${day}まで）`,
    `grant ${id} (applied for by ${applicant}, approved by ${approver}, until ${day})`,
  )
}
