import { TanmoriError } from '../../../src/errors.ts'
import type { Notice } from '../platform.ts'
import type { SessionService } from './win32/wts.ts'

export type NoticeDeps = Readonly<{ service: SessionService; now(): Date }>

/** Boxes stay until they are answered, each over the last one: a device that comes and goes must not bury the desktop. */
export const noticeLimits = {
  maxBoxes: 3,
  windowMs: 60_000,
  /** The same sentence again within this time is not shown again. */
  repeatMs: 600_000,
  /** A box that nobody answers goes away. */
  boxSeconds: 600,
  maxChars: 1_000,
} as const

const title = '端守（Tanmori）'
const more: Notice = {
  ja: 'ほかにもお知らせがあります。「tanmori status」で確認できます。',
  en: 'There are more notices: "tanmori status" lists them.',
}
/** WTSActive */
const activeState = 0

/** A box in every session that somebody sits at, by Windows itself: it needs no program of ours in the session. */
export function createNotifier({ service, now }: NoticeDeps): (notice: Notice) => Promise<void> {
  const gate = createGate()
  return async (notice) => {
    const active = (await service.list()).filter(({ state }) => state === activeState)
    const people: number[] = []
    for (const { id } of active) if ((await service.text(id, 'user')) !== '') people.push(id)
    if (people.length === 0) return
    const verdict = gate(notice, now().getTime())
    if (verdict === 'drop') return
    const text = formatBox(verdict === 'more' ? more : notice)
    const shown = await Promise.all(
      people.map((id) => service.show(id, { title, text, seconds: noticeLimits.boxSeconds })),
    )
    if (!shown.includes(true)) throw new TanmoriError('platform.failed', 'WTSSendMessageW showed no notice')
  }
}

export type GateVerdict = 'show' | 'more' | 'drop'

/** Of too many in a short time one says that there are more; the agent keeps them all. */
export function createGate(): (notice: Notice, nowMs: number) => GateVerdict {
  let shown: readonly Readonly<{ text: string; atMs: number }>[] = []
  return ({ ja }, nowMs) => {
    // A clock that was set back makes an entry of the future, which would hold for ever.
    shown = shown.filter(({ atMs }) => nowMs >= atMs && nowMs - atMs < noticeLimits.repeatMs)
    if (shown.some(({ text }) => text === ja)) return 'drop'
    const recent = shown.filter(({ atMs }) => nowMs - atMs < noticeLimits.windowMs).length
    if (recent > noticeLimits.maxBoxes) return 'drop'
    const isOver = recent === noticeLimits.maxBoxes
    shown = [...shown, { text: isOver ? '' : ja, atMs: nowMs }]
    return isOver ? 'more' : 'show'
  }
}

/** Japanese first; what a device calls itself cannot make lines of its own. */
function formatBox({ ja, en }: Notice): string {
  return [ja, en].map((text) => text.replaceAll(/\p{Cc}/gu, ' ').slice(0, noticeLimits.maxChars)).join('\r\n\r\n')
}
