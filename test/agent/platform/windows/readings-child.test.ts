import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createChildReader } from '../../../../agent/platform/windows/readings-child.ts'

/** A program in place of the agent: it answers, hangs, dies or talks too much, as its query says. */
const program = `
  const { appendFileSync } = require('node:fs')
  appendFileSync(process.argv[2], 'started\\n')
  let text = ''
  process.stdin.on('data', (chunk) => {
    text += chunk
    const lines = text.split('\\n')
    text = lines.pop()
    for (const line of lines) {
      const { id, query } = JSON.parse(line)
      if (query === 'hang') continue
      if (query === 'die') { console.error('access violation'); process.exit(3) }
      if (query === 'nonsense') { console.log('何か'); continue }
      const rows = query === 'much' ? [{ text: 'x'.repeat(3_000_000) }] : [{ id: process.pid, query }]
      const failed = { reason: 'unsupported', detail: 'no such namespace' }
      console.log(JSON.stringify(query === 'refuse' ? { id, failed } : { id, rows }))
    }
  })
  process.stdin.on('end', () => process.exit(0))`

describe('the process that asks WMI', () => {
  let folder = ''
  let log = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-child-'))
    log = join(folder, 'log')
    writeFileSync(join(folder, 'program.cjs'), program)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const create = () => {
    writeFileSync(log, '')
    const reader = createChildReader([process.execPath, join(folder, 'program.cjs'), log])
    const ask = (query: string, timeoutMs = 50_000) =>
      reader.read({ kind: 'query', namespace: 'root\\X', query }, { timeoutMs, maxBytes: 100_000 })
    return { ask, starts: () => readFileSync(log, 'utf8').split('\n').length - 1 }
  }

  it('answers one after the other, whoever asks at once', async () => {
    const { ask, starts } = create()
    const answers = await Promise.all([ask('一'), ask('二'), ask('refuse')])
    expect(answers).toMatchObject([
      { kind: 'query', rows: [{ query: '一' }] },
      { kind: 'query', rows: [{ query: '二' }] },
      { kind: 'failed', reason: 'unsupported', detail: 'no such namespace' },
    ])
    expect(starts()).toBe(1)
  })

  it.each([
    ['hangs', 'hang', 1_500, 'timeout', /root\\X: more than 1500 ms/],
    ['dies', 'die', 20_000, 'failed', /its process ended \(3\) access violation/],
    ['says what nobody understands', 'nonsense', 20_000, 'failed', /no answer/],
    ['says too much', 'much', 20_000, 'too-large', /more than 100000 bytes/],
  ])('is started anew where it %s', async (_, query, timeoutMs, reason, detail) => {
    const { ask, starts } = create()
    await ask('first') // it runs: of the lowest priority it may take longer to start than it is given
    expect(await ask(query, timeoutMs)).toMatchObject({ kind: 'failed', reason, detail: expect.stringMatching(detail) })
    expect(await ask('again')).toMatchObject({ kind: 'query', rows: [{ query: 'again' }] })
    expect(starts()).toBe(2)
  })

  it('is not asked at all where there is no program to start', async () => {
    const raw = await createChildReader([]).read({ kind: 'table', table: 'tcp' }, { timeoutMs: 1_000, maxBytes: 1 })
    expect(raw).toMatchObject({ kind: 'failed', reason: 'unsupported' })
  })

  it('is not started for an agent that stops', async () => {
    const { starts } = create()
    const reader = createChildReader([process.execPath, join(folder, 'program.cjs'), log])
    const signal = AbortSignal.abort()
    const raw = await reader.read({ kind: 'table', table: 'tcp' }, { timeoutMs: 1_000, maxBytes: 1, signal })
    expect(raw).toMatchObject({ kind: 'failed', reason: 'timeout' })
    expect(starts()).toBe(0)
  })
})
