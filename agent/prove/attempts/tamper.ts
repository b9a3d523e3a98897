import { join } from 'node:path'
import { openJournalReader } from '../../journal/reader.ts'
import { disproven, notTried, proven } from '../finding.ts'
import type { Trial, Tried } from '../trial.ts'

const lookMs = 20

/** The agent looks at least once a minute, waits for what may be settling, and has its rules installed again. */
const limitMs = 150_000
/** It is told once it is quiet again; a later trial kills the agent, and the line with it if it came too early. */
const toldWithinMs = 60_000
const toldLookMs = 100

export async function tryTamper(trial: Trial): Promise<Tried> {
  const tampering = trial.gathered.status === null ? null : await trial.prober.prepareTampering()
  if (tampering === null) {
    const judged = notTried(
      'エージェントが動いていないか、端守の設定が入っていません。',
      'No agent runs, or nothing of ours is in force that could be changed.',
    )
    return { findings: [{ id: 'guard.tamper', ...judged }] }
  }
  trial.say({
    ja: '設定の改変が元に戻されるのを待ちます（長くて2分半）。',
    en: 'Waiting for a changed rule to be put back (two and a half minutes at most).',
  })
  const startedMs = trial.nowMs()
  await tampering.change()
  let isBack = false
  try {
    while (!isBack && trial.nowMs() - startedMs < limitMs) {
      await trial.sleep(lookMs)
      isBack = await tampering.isPutBack()
    }
  } finally {
    if (!isBack) await tampering.undo()
  }
  const ms = trial.nowMs() - startedMs
  if (isBack) await untilTold(trial)
  const seconds = (ms / 1000).toFixed(ms < 10_000 ? 3 : 1)
  const judged = isBack
    ? proven(`${seconds}秒で元に戻されました。`, `It was put back after ${seconds} s.`, tampering.what.en, ms)
    : disproven(
        `${seconds}秒待っても元に戻されませんでした（この試験が戻しました）。`,
        `It was not put back within ${seconds} s (this trial put it back).`,
        tampering.what.en,
        ms,
      )
  return { findings: [{ id: 'guard.tamper', ...judged }] }
}

async function untilTold(trial: Trial): Promise<void> {
  const endMs = trial.nowMs() + toldWithinMs
  while (!isTold(trial) && trial.nowMs() < endMs) await trial.sleep(toldLookMs)
}

function isTold({ config, line }: Trial): boolean {
  if (line === null) return true
  try {
    const reader = openJournalReader(join(config.places.stateDir, 'journal'))
    try {
      return reader.list({ kind: 'guard.tampered', limit: 100 }).some(({ seq }) => seq > line.seq)
    } finally {
      reader.close()
    }
  } catch {
    return false // looked at again; the trial of the journal says what is wrong with it
  }
}
