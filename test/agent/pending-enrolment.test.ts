import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { keepPendingToken, readPendingToken, tryPendingEnrolment } from '../../agent/pending-enrolment.ts'
import { TanmoriError } from '../../src/errors.ts'
import { createLog } from '../../src/log.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-pending-'))
})
afterEach(() => rmSync(dir, { recursive: true }))

const unreachable = new TanmoriError('platform.failed', 'cannot reach the center')
const refused = (status: number) => new TanmoriError('enrol.refused', 'no', { details: { status } })

describe('a token that an installer left', () => {
  it('enrols, and is gone', async () => {
    keepPendingToken(dir, 'tanmori1.x\n')
    const { tokens, pending } = await start([])
    await pending.enrolled
    expect([tokens, readPendingToken(dir)]).toEqual([['tanmori1.x'], null])
  })

  it.each([
    { what: 'the center cannot be reached', error: unreachable },
    { what: 'the center has its hands full', error: refused(429) },
    { what: 'the center cannot write', error: refused(503) },
  ])('is kept and tried again where $what', async ({ error }) => {
    keepPendingToken(dir, 'tanmori1.x')
    const { tokens, pending, next } = await start([error])
    expect(readPendingToken(dir)).toBe('tanmori1.x')
    next()
    await pending.enrolled
    expect(tokens.length).toBe(2)
  })

  it.each([
    { what: 'the center refuses it', error: refused(403) },
    { what: 'another center answers', error: new TanmoriError('enrol.fingerprint', 'another') },
    { what: 'it is no token', error: new TanmoriError('enrol.token', 'cut') },
  ])('is dropped and not tried again where $what', async ({ error }) => {
    keepPendingToken(dir, 'tanmori1.x')
    const { tokens, waits } = await start([error])
    expect([tokens.length, waits(), existsSync(join(dir, 'enrol-token'))]).toEqual([1, 0, false])
  })

  it('is waited for by nobody where there is none', async () => {
    const { tokens, waits } = await start([])
    expect([tokens.length, waits()]).toEqual([0, 0])
  })

  it('is left alone once the agent stops', async () => {
    keepPendingToken(dir, 'tanmori1.x')
    const { tokens, pending, next, waits } = await start([unreachable])
    pending.stop()
    expect(waits()).toBe(0)
    next()
    expect(tokens.length).toBe(1)
  })

  async function start(errors: readonly Error[]) {
    const left = [...errors]
    const tokens: string[] = []
    let waiting: (() => void) | null = null
    const pending = tryPendingEnrolment({
      stateDir: dir,
      enrol: async (token) => {
        tokens.push(token)
        const error = left.shift()
        if (error !== undefined) throw error
      },
      timers: {
        after: (_delayMs, run) => {
          waiting = run
          return () => {
            waiting = null
          }
        },
      },
      random: () => 0.5,
      log: await createLog('test', 'silent'),
    })
    await new Promise((resolve) => setImmediate(resolve))
    return { tokens, pending, next: () => waiting?.(), waits: () => (waiting === null ? 0 : 1) }
  }
})
