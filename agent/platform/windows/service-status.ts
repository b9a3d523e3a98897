/** Where a service stands, as its control manager sees it. */
export type ServicePhase = 'starting' | 'running' | 'stopping' | 'stopped'

/** SERVICE_STATUS (winsvc.h), whose seven numbers are 32 bits each. */
export type ServiceStatus = Readonly<{
  phase: ServicePhase
  state: number
  accepted: number
  win32ExitCode: number
  specificExitCode: number
  checkpoint: number
  waitHintMs: number
}>

/** How long the control manager may wait for the next checkpoint; checkpoints come far more often. */
export const waitHintMs = 30_000
export const checkpointMs = 2_000

const ownProcess = 0x10
const states = { starting: 2, running: 4, stopping: 3, stopped: 1 } as const
/** STOP, SHUTDOWN, POWEREVENT, SESSIONCHANGE, PRESHUTDOWN */
const acceptedWhileRunning = 0x1 | 0x4 | 0x40 | 0x80 | 0x100
/** "The service has returned a service-specific error code" (winerror.h 1066): that one is the agent's exit status. */
const errorServiceSpecific = 1066

const next: Readonly<Record<ServicePhase, readonly ServicePhase[]>> = {
  starting: ['starting', 'running', 'stopping', 'stopped'],
  running: ['stopping', 'stopped'],
  stopping: ['stopping', 'stopped'],
  stopped: [],
}

export const firstStatus = describe('starting', 1, 0)

/** The next status, or null where it cannot follow: a service that has said STOPPED is never heard of again. */
export function decideStatus(current: ServiceStatus, phase: ServicePhase, exitStatus = 0): ServiceStatus | null {
  if (!next[current.phase].includes(phase)) return null
  const isPending = phase === 'starting' || phase === 'stopping'
  // "increment this value periodically": one that stands still is taken for a hung service
  const checkpoint = !isPending ? 0 : phase === current.phase ? current.checkpoint + 1 : 1
  return describe(phase, checkpoint, phase === 'stopped' ? exitStatus : 0)
}

export function encodeStatus(status: ServiceStatus): Buffer {
  const { state, accepted, win32ExitCode, specificExitCode, checkpoint, waitHintMs: hint } = status
  const bytes = Buffer.alloc(28)
  const fields = [ownProcess, state, accepted, win32ExitCode, specificExitCode, checkpoint, hint]
  fields.forEach((field, index) => {
    bytes.writeUInt32LE(field, index * 4)
  })
  return bytes
}

function describe(phase: ServicePhase, checkpoint: number, exitStatus: number): ServiceStatus {
  return {
    phase,
    state: states[phase],
    accepted: phase === 'running' ? acceptedWhileRunning : 0,
    win32ExitCode: exitStatus === 0 ? 0 : errorServiceSpecific,
    specificExitCode: exitStatus,
    checkpoint,
    waitHintMs: phase === 'starting' || phase === 'stopping' ? waitHintMs : 0,
  }
}
