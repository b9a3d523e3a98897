import { classNames } from '../../../src/policy/class-names.ts'
import type { Access, BlockableClass } from '../../../src/policy/device.ts'
import { describeObservation } from '../../guard/outcome.ts'
import type { FunctionObservation } from '../../platform/platform.ts'
import { disproven, type Judged, notTried, proven } from '../finding.ts'

/** One function that is plugged in, with what is wanted of it and what was seen of it, as often as was looked. */
export type SeenFunction = Readonly<{
  name: string
  key: string
  class: string
  wanted: Access
  seen: readonly FunctionObservation[]
}>

/**
 * Whether the class is really refused: by what of it is plugged in and must not be used. One moment in which it could be
 * used is enough to disprove it. `access`: what the class gets where nobody knows the device.
 */
export function judgeClassDenied(name: BlockableClass, access: Access, functions: readonly SeenFunction[]): Judged {
  const refused = functions.filter(({ class: of, wanted }) => of === name && wanted === 'block')
  const tried = refused.filter(({ seen }) => seen.length > 0 && seen.every(({ isSystem }) => !isSystem))
  const { ja, en } = classNames[name]
  if (tried.length > 0) {
    const usable = tried.filter(({ seen }) => seen.some(isUsable))
    const observed = (usable.length > 0 ? usable : tried).map(describe).join('; ')
    if (usable.length === 0)
      return proven(`${ja}は使用できない状態です。`, `No use can be made of this ${en}.`, observed)
    return disproven(
      `使用できないはずの${ja}が、使用できる状態でした。`,
      `This ${en} must not be usable, and was.`,
      observed,
    )
  }
  if (refused.length > 0) {
    return notTried(
      `接続中の${ja}は、この端末のシステム自身が使っているため止めません。`,
      `The system itself runs from the ${en} that is plugged in: it is never closed.`,
      refused.map(describe).join('; '),
    )
  }
  if (access !== 'block') {
    return notTried(`適用中のポリシーは${ja}を禁じていません。`, `The policy in force does not refuse: ${en}.`)
  }
  return notTried(
    `${ja}が接続されていません。接続してからもう一度実行してください（--wait 60 で接続を待ちます）。`,
    `No ${en} is plugged in. Plug one in and run this again (--wait 60 waits for it).`,
  )
}

function isUsable({ state, nodes }: FunctionObservation): boolean {
  return state === 'open' || nodes.length > 0
}

function describe({ name, key, seen }: SeenFunction): string {
  const worst = seen.find(isUsable) ?? seen.at(-1)
  const looks = seen.length > 1 ? ` (${seen.length} looks)` : ''
  return `${name} ${key}: ${worst === undefined ? 'not seen' : describeObservation(worst)}${looks}`
}
