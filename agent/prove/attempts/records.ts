import { X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import { openJournalReader } from '../../journal/reader.ts'
import type { Finding } from '../finding.ts'
import { disproven, type Judged, notTried, proven } from '../finding.ts'
import { judgeClock } from '../judge/clock.ts'
import { judgeChain, judgeDurable } from '../judge/journal.ts'
import type { Trial, Tried } from '../trial.ts'

/** The last to be tried: by then the agent was killed, where that was agreed to. */
export async function tryJournal({ config, line }: Trial, before: readonly Finding[]): Promise<Tried> {
  const reader = openJournalReader(join(config.places.stateDir, 'journal'))
  try {
    const recent = reader.list({ kind: 'proof.started', limit: 100 })
    const found = recent.find(({ seq }) => seq === line?.seq)?.hash ?? null
    const recovery = before.find(({ id }) => id === 'agent.recovers')
    const wasKilled = recovery !== undefined && recovery.outcome !== 'not-tried'
    const { ok, lines, firstBad, breaks } = reader.verify()
    return {
      findings: [
        { id: 'journal.durable', ...judgeDurable({ line, found, wasKilled }) },
        { id: 'journal.chain', ...judgeChain({ ok, lines, firstBad, breaks: breaks.length }) },
      ],
    }
  } finally {
    reader.close()
  }
}

const lookMs = 10
const limitMs = 30_000

/** From the first line of the trial until the center has committed it. */
export async function tryUplink(trial: Trial): Promise<Tried> {
  return { findings: [{ id: 'uplink.round-trip', ...(await awaitAcknowledgement(trial)) }] }
}

async function awaitAcknowledgement({ line, askStatus, nowMs, sleep, gathered }: Trial): Promise<Judged> {
  if (gathered.identity === null) return notTried('中央に登録されていません。', 'It is not enrolled at a center.')
  if (line === null) return notTried('エージェントが動いていません。', 'No agent runs.')
  let last = 'no answer'
  while (nowMs() - line.atMs < limitMs) {
    const status = await askStatus()
    const { lastSeq = 0, pending = 0 } = status?.journal ?? {}
    const ms = nowMs() - line.atMs
    last = `${status?.center?.state ?? 'no center'}, ${pending} waiting${status?.center?.lastError ? `, ${status.center.lastError}` : ''}`
    if (status?.center?.state === 'connected' && lastSeq - pending >= line.seq) {
      return proven(
        `${Math.round(ms)} msで受領が確認されました。`,
        `Acknowledged after ${Math.round(ms)} ms.`,
        last,
        ms,
      )
    }
    await sleep(lookMs)
  }
  return disproven('中央から受領の確認がありません。', 'The center has not acknowledged it.', last, limitMs)
}

/** `startedAtMs` and `startedMs`: both clocks at the beginning of it all. */
export function createClockTrial(startedAtMs: number, startedMs: number) {
  return async ({ config, gathered, now, nowMs, line }: Trial): Promise<Tried> => {
    const certificate = gathered.identity === null ? null : new X509Certificate(gathered.identity.certificate)
    const judged = judgeClock({
      startedAtMs,
      endedAtMs: now().getTime(),
      elapsedMs: nowMs() - startedMs,
      newestLineAtMs: readNewestBefore(join(config.places.stateDir, 'journal'), line?.seq ?? null),
      certificate:
        certificate === null
          ? null
          : { fromMs: certificate.validFromDate.getTime(), toMs: certificate.validToDate.getTime() },
    })
    return { findings: [{ id: 'clock', ...judged }] }
  }
}

/** Of the lines before the trial; null where there is none that can be read. */
function readNewestBefore(dir: string, seq: number | null): number | null {
  try {
    const reader = openJournalReader(dir)
    try {
      const before = reader.list({ limit: 500 }).filter((event) => seq === null || event.seq < seq)
      const times = before.map(({ at }) => Date.parse(at))
      return times.length === 0 ? null : Math.max(...times)
    } finally {
      reader.close()
    }
  } catch {
    return null // the journal's own trial says why
  }
}
