import { disproven, type Judged, notTried, proven } from '../finding.ts'

export type ChainSeen = Readonly<{ ok: boolean; lines: number; firstBad?: number | undefined; breaks: number }>

export function judgeChain({ ok, lines, firstBad, breaks }: ChainSeen): Judged {
  if (ok) return proven(`${lines}行に改変はありません。`, `${lines} lines, none altered.`, `${lines} lines`)
  return disproven(
    `証跡に異常があります（最初の行: ${firstBad}、${breaks}か所）。`,
    `The journal is broken, first at line ${firstBad}, in ${breaks} places.`,
    `${lines} lines, first bad ${firstBad}, ${breaks} breaks`,
  )
}

export type DurableSeen = Readonly<{
  /** The line of the beginning; null: no agent wrote one. */
  line: Readonly<{ seq: number; hash: string }> | null
  /** What stands there now; null: nothing. */
  found: string | null
  wasKilled: boolean
}>

export function judgeDurable({ line, found, wasKilled }: DurableSeen): Judged {
  if (line === null) return notTried('エージェントが動いていません。', 'No agent runs that could write a line.')
  const observed = `line ${line.seq}: ${found === null ? 'gone' : found === line.hash ? 'the same' : 'another hash'}`
  if (found !== line.hash) {
    return disproven(
      '記録した行が残っていません。',
      'The line that was written is no longer there as it was.',
      observed,
    )
  }
  if (wasKilled)
    return proven(
      '強制終了の後も、行は同じ内容で残っていました。',
      'The line was still there, the same, after the kill.',
      observed,
    )
  return notTried(
    '行はディスクにありますが、強制終了を試していません（--yes で試します）。',
    'The line is on the disk, but nothing was killed (--yes tries it).',
    observed,
  )
}
