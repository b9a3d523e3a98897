import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TanmoriError } from '../src/errors.ts'
import type { Log } from '../src/log.ts'
import type { Timers } from './timers.ts'
import { decideDelayMs } from './uplink/backoff.ts'
import { defaultUplinkLimits } from './uplink/limits.ts'
import { writeFileAtomically } from './write-file.ts'

export type PendingEnrolmentDeps = Readonly<{
  stateDir: string
  /** Enrols and keeps the identity. */
  enrol: (token: string) => Promise<void>
  timers: Timers
  random: () => number
  log: Log
}>

export type PendingEnrolment = Readonly<{
  /** Resolves once the terminal is enrolled; never where no token is waiting. */
  enrolled: Promise<void>
  stop(): void
}>

/** Longer than the uplink's own: nobody waits, and a whole town may be installed in one morning. */
const limits = { ...defaultUplinkLimits, firstDelayMs: 5_000, maxDelayMs: 600_000 }

/**
 * A token that an installer left is tried until the center answers. It is gone once it worked, or once the center (not the
 * network) refused it. The center's own limit on attempts is no refusal.
 */
export function tryPendingEnrolment(deps: PendingEnrolmentDeps): PendingEnrolment {
  let cancel: () => void = () => undefined
  let isStopped = false
  const enrolled = new Promise<void>((resolve) => {
    const attempt = async (count: number) => {
      const token = readPendingToken(deps.stateDir)
      if (token === null || isStopped) return
      try {
        await deps.enrol(token)
        dropPendingToken(deps.stateDir)
        resolve()
      } catch (error) {
        if (isFinal(error)) return giveUp(deps, error)
        deps.log.warn({ error: String(error) }, 'not enrolled yet; it is tried again')
        if (!isStopped) {
          cancel = deps.timers.after(decideDelayMs(count, deps.random, limits), () => void attempt(count + 1))
        }
      }
    }
    void attempt(0)
  })
  return {
    enrolled,
    stop() {
      isStopped = true
      cancel()
    },
  }
}

/** In the state folder, which only the agent and administrators may read. */
export function keepPendingToken(stateDir: string, token: string): void {
  writeFileAtomically(pathOf(stateDir), token)
}

export function readPendingToken(stateDir: string): string | null {
  try {
    return readFileSync(pathOf(stateDir), 'utf8').trim()
  } catch {
    return null // none is waiting
  }
}

function dropPendingToken(stateDir: string): void {
  rmSync(pathOf(stateDir), { force: true })
}

function giveUp(deps: PendingEnrolmentDeps, error: unknown): void {
  dropPendingToken(deps.stateDir)
  deps.log.error({ error: String(error) }, 'the token was refused: this terminal is not enrolled')
}

/** Trying again with the same token would be refused again. */
function isFinal(error: unknown): boolean {
  if (!(error instanceof TanmoriError)) return false
  if (error.code === 'enrol.refused') return isFinalStatus(error.details.status)
  return ['enrol.token', 'enrol.fingerprint', 'root.invalid', 'root.not-accepted'].includes(error.code)
}

function isFinalStatus(status: unknown): boolean {
  return typeof status !== 'number' || (status >= 400 && status < 500 && status !== 408 && status !== 429)
}

function pathOf(stateDir: string): string {
  return join(stateDir, 'enrol-token')
}
