import { join } from 'node:path'
import { TanmoriError } from '../../src/errors.ts'
import { type BundleMessage, bundleMessageSchema } from '../../src/protocol/bundle.ts'
import type { JournalEvent } from '../../src/protocol/events.ts'
import type { AppliedPolicy } from '../../src/protocol/messages.ts'
import { limits } from '../../src/protocol/messages.ts'
import { version } from '../../src/version.ts'
import { writeBundle } from '../journal/bundle.ts'
import { parseLine } from '../journal/chain.ts'
import { type JournalReader, openJournalReader } from '../journal/reader.ts'
import { readKeptProofs } from '../prove/box.ts'
import { type Gathered, gatherState } from '../report/gather-state.ts'
import { openMemory, readKeptResults } from '../report/read-results.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'
import { writeNewLines } from './write-new-file.ts'

type Options = Readonly<{ out: string | null; isForced: boolean }>

/**
 * `tanmori journal export --format bundle`: all that the center would have been sent, signed, for `tanmori-center
 * import`. A line of the journal that cannot be read is left out; the center sees the gap.
 * @throws TanmoriError `usage`, `journal.*`, `platform.failed`
 */
export async function exportBundle(context: CommandContext, { out, isForced }: Options): Promise<ExitStatus> {
  const now = context.now()
  const config = context.config()
  const state = await gatherState(config)
  const reader = openJournalReader(join(config.places.stateDir, 'journal'))
  const told = { lines: 0, unreadable: 0 }
  try {
    const lines = writeBundle({
      header: {
        schema: 'tanmori.bundle/1',
        at: now.toISOString(),
        terminalId: state.terminal.id,
        isEnrolled: state.identity !== null,
      },
      hello: helloOf(state, reader, now),
      events: readable(reader, told),
      messages: messagesOf(state, config.places.stateDir, now),
      key: state.key.key,
    })
    if (out === null || out === '-') {
      for (const line of lines) context.write(line)
      return 0
    }
    writeNewLines(out, lines, isForced)
  } finally {
    reader.close()
  }
  print(context, { file: out, ...told, keyId: state.key.about.keyId }, describe(out, told, state, context.language))
  return 0
}

function describe(
  out: string,
  told: Readonly<{ lines: number; unreadable: number }>,
  { identity }: Gathered,
  lang: 'ja' | 'en',
) {
  const enrolled = identity !== null
  if (lang === 'ja') {
    return [
      `${out} に証跡 ${told.lines} 行と点検結果を書き出しました。中央で tanmori-center import ${out} を実行してください。`,
      ...(told.unreadable > 0 ? [`読み取れない行が ${told.unreadable} 行あり、含まれていません。`] : []),
      ...(enrolled ? [] : ['この端末は未登録のため、中央は取り込みません（証拠の保全には使えます）。']),
    ].join('\n')
  }
  return [
    `${out}: ${told.lines} lines of the journal and the results of checks; take it with tanmori-center import ${out}`,
    ...(told.unreadable > 0 ? [`${told.unreadable} lines could not be read and are left out`] : []),
    ...(enrolled ? [] : ['This terminal is not enrolled: no center takes it (it still serves as evidence).']),
  ].join('\n')
}

function helloOf(
  { terminal, machine, policy }: Gathered,
  reader: JournalReader,
  now: Date,
): Extract<BundleMessage, { type: 'hello' }> {
  if (machine === null) {
    throw new TanmoriError(
      'platform.failed',
      'wanted a machine that can say who it is, came none: see `tanmori doctor`',
    )
  }
  const { seq, hash } = reader.last()
  const { hostname, os, bootId, hardware } = machine
  const { id, zone, group } = terminal
  return {
    type: 'hello',
    terminalId: id,
    agentVersion: version,
    hostname,
    os,
    zone,
    group,
    bootId,
    hardware,
    lastSeq: seq,
    lastHash: hash,
    policy: appliedOf(policy),
    at: now.toISOString(),
  }
}

function appliedOf(policy: Gathered['policy']): AppliedPolicy | null {
  if (policy === null) return null
  const { document, digest, appliedAt } = policy
  const expires = new Date(document.expires).toISOString()
  return { id: document.id, version: document.version, mode: document.mode, digest, appliedAt, expires }
}

function* readable(reader: JournalReader, told: { lines: number; unreadable: number }): Generator<JournalEvent> {
  for (const row of reader.rows()) {
    const event = eventOf(row)
    if (event === null) told.unreadable += 1
    else {
      told.lines += 1
      yield event
    }
  }
}

function eventOf(row: Parameters<typeof parseLine>[0]): JournalEvent | null {
  try {
    return parseLine(row).event
  } catch {
    // Counted by the caller: the center sees the gap and raises it.
    return null
  }
}

/** Where no check has run, there is nothing to tell: the center then says "not answered". */
function* messagesOf(state: Gathered, stateDir: string, now: Date): Generator<BundleMessage> {
  const at = now.toISOString()
  const { status, terminal, policy, grants } = state
  if (status !== null) {
    yield {
      type: 'status',
      at,
      sensors: [...status.sensors],
      policy: appliedOf(policy),
      pending: status.journal.pending,
    }
    yield { type: 'facts', check: 'device.plugged', readAt: at, facts: jsonOf(status.plugged) }
  }
  for (const { signed } of readKeptProofs(join(stateDir, 'proofs'))) yield { type: 'proof', signed }
  const kept = attempt(() => openMemory(stateDir))
  if (kept === null) return
  try {
    for (const check of kept.states.keys()) {
      const facts = kept.facts(check)
      if (facts === null) continue
      const message = bundleMessageSchema.safeParse({ type: 'facts', check, readAt: facts.readAt, facts: facts.facts })
      if (message.success && Buffer.byteLength(JSON.stringify(message.data)) < limits.maxFrameBytes) yield message.data
    }
  } finally {
    kept.close()
  }
  const { results } = readKeptResults({
    stateDir,
    now,
    terminal,
    policy: policy?.document ?? null,
    grants: grants.map(({ document }) => document),
  })
  yield { type: 'results', at, policyDigest: policy?.digest ?? null, results: [...results] }
}

function jsonOf(value: unknown) {
  return bundleMessageSchema.options[2].shape.facts.parse(JSON.parse(JSON.stringify(value)))
}

function attempt<T>(read: () => T): T | null {
  try {
    return read()
  } catch {
    return null
  }
}
