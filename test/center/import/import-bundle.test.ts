import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { writeBundle } from '../../../agent/journal/bundle.ts'
import type { Result } from '../../../src/checks/result.ts'
import type { BundleMessage } from '../../../src/protocol/bundle.ts'
import type { JournalEvent } from '../../../src/protocol/events.ts'
import type { SignedProof } from '../../../src/protocol/proof.ts'
import { makeProof, makeSignedProof } from '../../proofs.ts'
import { createCsr, createLines, type Enrolled, enrol, hardware } from '../support/agent.ts'
import { startCenter, type TestCenter } from '../support/center.ts'

const at = '2026-11-21T00:00:00.000Z'
const result: Result = {
  control: 'av.definitions',
  outcome: 'fail',
  reason: { ja: '古い', en: 'old' },
  items: [],
  itemCount: 0,
  since: at,
  readAt: at,
  isStale: false,
}
const importedSchema = z.object({
  lines: z.number(),
  newLines: z.number(),
  raised: z.number(),
  results: z.number(),
  proofs: z.number(),
})

let center: TestCenter
let terminal: Enrolled
let dir: string
beforeAll(async () => {
  center = await startCenter()
  terminal = await enrol(center)
  dir = mkdtempSync(join(tmpdir(), 'bundle-'))
})
afterAll(async () => {
  await center.end()
  rmSync(dir, { recursive: true })
})

type Change = Readonly<{ hello?: Readonly<Record<string, unknown>>; key?: string }>

function proofOf({ key, response }: Enrolled): SignedProof {
  const proof = makeProof()
  return makeSignedProof({ ...proof, terminal: { ...proof.terminal, id: response.terminalId } }, key)
}

function write(
  events: readonly JournalEvent[],
  { hello = {}, key = terminal.key }: Change = {},
  from = terminal,
): string {
  const { terminalId, zone, group } = from.response
  const last = events.at(-1)
  const file = join(dir, `${Math.random()}.jsonl`)
  const said = {
    type: 'hello',
    terminalId,
    agentVersion: '0.1.0',
    hostname: 'pc-001',
    os: 'Debian 12',
    zone,
    group,
    bootId: 'boot-1',
    hardware,
    lastSeq: last?.seq ?? 0,
    lastHash: last?.hash ?? '0'.repeat(64),
    policy: null,
    at,
    ...hello,
  } as const
  const messages: BundleMessage[] = [
    { type: 'facts', check: 'av.definitions', readAt: at, facts: { ageDays: 9 } },
    { type: 'results', at, policyDigest: null, results: [result] },
    { type: 'proof', signed: proofOf(from) },
  ]
  const header = { schema: 'tanmori.bundle/1', at, terminalId, isEnrolled: true } as const
  const lines = writeBundle({
    header,
    hello: said,
    events,
    messages,
    key: { privateKey: key, certificate: null, ca: null },
  })
  writeFileSync(file, [...lines].join(''))
  return file
}

async function take(file: string) {
  return importedSchema.parse(await center.ask('bundle.import', { file }))
}

async function heldLines(from = terminal) {
  const { rows } = await center.center.store.events.list({ terminalId: from.response.terminalId }, { limit: 5_000 })
  return rows
}

describe('a bundle of a terminal that was enrolled and never connected since', () => {
  const events = createLines(1_200)

  it('counts as if it had come by the uplink: lines, facts and results', async () => {
    const file = write(events)
    expect(await take(file)).toEqual({ lines: 1_200, newLines: 1_200, raised: 0, results: 1, proofs: 1 })
    const id = terminal.response.terminalId
    const held = await center.center.store.terminals.find(id)
    expect(held?.head).toMatchObject({ seq: 1_200, hash: events.at(-1)?.hash, state: 'whole' })
    expect(held?.state).not.toBe('online')
    expect((await center.center.store.terminals.findFacts(id, 'av.definitions'))?.facts).toEqual({ ageDays: 9 })
    expect((await center.center.store.results.find(id))?.results).toEqual([result])
    expect(await center.center.store.proofs.listOf(id)).toMatchObject([{ counts: { proven: 1 } }])
  })

  it('changes nothing the second time, nor does an older one after it', async () => {
    const before = await heldLines()
    expect(await take(write(events))).toMatchObject({ lines: 1_200, newLines: 0, raised: 0 })
    expect(await take(write(events.slice(0, 700)))).toMatchObject({ lines: 700, newLines: 0, raised: 0 })
    expect(await heldLines()).toEqual(before)
  })

  it('goes on where the one before it ended, though it tells all again', async () => {
    const last = events.at(-1)
    if (last === undefined) throw new Error('no lines')
    const longer = [...events, ...createLines(50, last)]
    expect(await take(write(longer))).toMatchObject({ lines: 1_250, newLines: 50, raised: 0 })
  })

  it('is in the audit record, with what came of it', async () => {
    const { rows } = await center.center.store.audit.list(undefined, { limit: 20 })
    const imports = rows.filter(({ action }) => action === 'bundle.import')
    expect(imports.map(({ outcome }) => outcome)).toEqual(['done', 'done', 'done', 'done'])
    expect(imports[0]).toMatchObject({ actor: 'test', subject: terminal.response.terminalId })
    expect(imports[0]?.detail).toMatch(/^50 of 1250 lines new, 0 raised/)
  })
})

describe('a bundle whose journal is not one history', () => {
  it('raises a gap once where lines are missing', async () => {
    const other = await enrol(center)
    const lines = createLines(10)
    const gapped = [...lines.slice(0, 3), ...lines.slice(5)]
    const file = write(gapped, { key: other.key }, other)
    expect(await take(file)).toMatchObject({ newLines: 8, raised: 1 })
    expect(await take(file)).toMatchObject({ newLines: 0, raised: 0 })
    const raised = (await heldLines(other)).filter(({ source }) => source === 'collector')
    expect(raised.map(({ kind, data }) => [kind, data.from, data.to])).toEqual([['journal.gap', 4, 5]])
  })

  it('raises a fork where a line with a number that is held says something else', async () => {
    const other = await enrol(center)
    const lines = createLines(6)
    await take(write(lines, { key: other.key }, other))
    const kept = lines[2]
    if (kept === undefined) throw new Error('no line')
    const rewritten = [...lines.slice(0, 3), ...createLines(3, kept, { subject: 'another stick' })]
    expect((await take(write(rewritten, { key: other.key }, other))).raised).toBeGreaterThan(0)
    expect((await center.center.store.terminals.find(other.response.terminalId))?.head.state).toBe('broken')
  })
})

describe('what is refused, before anything of it is kept', () => {
  const lines = createLines(3)

  async function refusalOf(file: string) {
    const before = await heldLines()
    const error: unknown = await take(file).catch((caught: unknown) => caught)
    expect(await heldLines()).toEqual(before)
    const { rows } = await center.center.store.audit.list(undefined, { limit: 1 })
    expect(rows[0]).toMatchObject({ action: 'bundle.import', outcome: 'refused' })
    return error
  }

  it('a key that is not enrolled, though the terminal is', async () => {
    const { key } = await createCsr()
    const foreign = key.export({ type: 'pkcs8', format: 'pem' }).toString()
    const error = await refusalOf(write(lines, { key: foreign }))
    expect(error).toMatchObject({ code: 'bundle.refused', message: expect.stringContaining('with another key') })
  })

  it('a terminal that nobody enrolled, and says what enrolling takes', async () => {
    const { key } = await createCsr()
    const file = write(lines, {
      key: key.export({ type: 'pkcs8', format: 'pem' }).toString(),
      hello: { terminalId: 'T-NOBODY' },
    })
    expect(await refusalOf(file)).toMatchObject({
      code: 'bundle.refused',
      message: expect.stringMatching(/T-NOBODY is not enrolled here; enrolling takes one connection/),
    })
  })

  it('an enrolled key that speaks for another terminal', async () => {
    const file = write(lines, { hello: { terminalId: 'T-OTHER' } })
    expect(await refusalOf(file)).toMatchObject({ message: expect.stringContaining('came T-OTHER') })
  })

  it('a zone other than the enrolled one', async () => {
    const file = write(lines, { hello: { zone: 'internet' } })
    expect(await refusalOf(file)).toMatchObject({ message: expect.stringContaining('wanted zone mynumber') })
  })

  it('any altered byte', async () => {
    const whole = readFileSync(write(lines), 'utf8')
    for (const [what, altered] of [
      ['a line of the journal', whole.replace('media.refused', 'media.allowed')],
      ['the time of the header', whole.replace(at, '2026-11-21T00:00:01.000Z')],
      ['white space', whole.replace('{"type":"results"', '{"type": "results"')],
      ['a result', whole.replace('"outcome":"fail"', '"outcome":"pass"')],
      [
        'a line that was left out',
        whole
          .split('\n')
          .filter((line) => !line.includes('"facts"'))
          .join('\n'),
      ],
      ['the signed digest', whole.replace(/"sha256":"../, '"sha256":"00')],
      ['the signature', whole.replace(/"sig":"..../, '"sig":"MEAA')],
    ] as const) {
      expect(altered, what).not.toBe(whole)
      const file = join(dir, 'altered.jsonl')
      writeFileSync(file, altered)
      expect(await refusalOf(file), what).toMatchObject({ code: 'bundle.altered' })
    }
  })

  it('a file that was cut, at a line’s end, within a line, or to nothing', async () => {
    const whole = readFileSync(write(lines), 'utf8')
    for (const cut of [
      whole.slice(0, -1),
      whole.slice(0, whole.lastIndexOf('{"signature"')),
      whole.slice(0, 300),
      '',
    ]) {
      const file = join(dir, 'cut.jsonl')
      writeFileSync(file, cut)
      expect(await refusalOf(file)).toMatchObject({ code: 'bundle.invalid' })
    }
  })

  it('another file', async () => {
    const file = join(dir, 'other.txt')
    writeFileSync(file, 'こんにちは\n'.repeat(20))
    expect(await refusalOf(file)).toMatchObject({ code: 'bundle.invalid', message: expect.stringContaining('line 1') })
  })

  it('a line without an end', async () => {
    const file = join(dir, 'long.jsonl')
    writeFileSync(file, 'x'.repeat(3_000_000))
    expect(await refusalOf(file)).toMatchObject({ code: 'bundle.invalid', message: expect.stringContaining('at most') })
  })

  it('a file that the center cannot read', async () => {
    expect(await refusalOf(join(dir, 'not-there'))).toMatchObject({ code: 'usage' })
  })

  it('other hardware with the same key, which is raised as a clone', async () => {
    const other = await enrol(center)
    const file = write(lines, { key: other.key, hello: { hardware: 'b'.repeat(64) } }, other)
    await expect(take(file)).rejects.toMatchObject({ message: expect.stringContaining('other hardware') })
    expect(await heldLines(other)).toMatchObject([
      { kind: 'journal.fork', source: 'collector', data: { reason: 'clone' } },
    ])
  })

  it('a revoked terminal', async () => {
    const other = await enrol(center)
    await center.ask('terminal.revoke', { id: other.response.terminalId, reason: 'lost' })
    const file = write(lines, { key: other.key }, other)
    await expect(take(file)).rejects.toMatchObject({ message: expect.stringContaining('was revoked') })
  })
})

describe('a center that does not run', () => {
  it('takes a bundle all the same', async () => {
    const other = await enrol(center)
    const file = write(createLines(5), { key: other.key }, other)
    await center.center.stop()
    expect(await take(file)).toMatchObject({ newLines: 5, raised: 0 })
    center = await center.restart()
    expect((await center.center.store.terminals.find(other.response.terminalId))?.head.seq).toBe(5)
    expect(await take(file)).toMatchObject({ newLines: 0 })
  })
})
