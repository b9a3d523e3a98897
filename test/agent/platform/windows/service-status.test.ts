import { describe, expect, it } from 'vitest'
import {
  decideStatus,
  encodeStatus,
  firstStatus,
  type ServicePhase,
  type ServiceStatus,
} from '../../../../agent/platform/windows/service-status.ts'

/** From the first status through the phases; null as soon as one cannot follow. */
function through(...phases: readonly ServicePhase[]): ServiceStatus | null {
  return phases.reduce<ServiceStatus | null>(
    (status, phase) => (status === null ? null : decideStatus(status, phase)),
    firstStatus,
  )
}

describe('what the service control manager is told', () => {
  it.each<readonly [string, readonly ServicePhase[], Partial<ServiceStatus> | null]>([
    ['it starts with a checkpoint and a hint', [], { state: 2, checkpoint: 1, waitHintMs: 30_000, accepted: 0 }],
    ['a start that goes on counts up', ['starting', 'starting'], { state: 2, checkpoint: 3 }],
    ['it runs and takes stop, shutdown, power, session and pre-shutdown', ['running'], { state: 4, accepted: 0x1c5 }],
    ['running has no checkpoint', ['starting', 'running'], { checkpoint: 0, waitHintMs: 0 }],
    ['running is not said twice', ['running', 'running'], null],
    ['a stop begins to count anew and takes nothing more', ['running', 'stopping'], { checkpoint: 1, accepted: 0 }],
    ['a stop that takes long counts up', ['running', 'stopping', 'stopping'], { state: 3, checkpoint: 2 }],
    ['a stop cannot become running again', ['running', 'stopping', 'running'], null],
    ['it ends', ['running', 'stopping', 'stopped'], { state: 1, win32ExitCode: 0, checkpoint: 0, waitHintMs: 0 }],
    ['a start may fail', ['stopped'], { state: 1 }],
    ['after the end nothing follows', ['stopped', 'starting'], null],
  ])('%s', (_title, phases, wanted) => {
    const status = through(...phases)
    if (wanted === null) expect(status).toBeNull()
    else expect(status).toMatchObject(wanted)
  })

  it('an end by an error is one that recovery answers: 1066, with the exit status beside it', () => {
    expect(decideStatus(firstStatus, 'stopped', 3)).toMatchObject({ win32ExitCode: 1066, specificExitCode: 3 })
  })

  it('lies as SERVICE_STATUS: own process, state, accepted, two codes, checkpoint, hint', () => {
    const bytes = encodeStatus({ ...firstStatus, checkpoint: 7 })
    const fields = Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readUInt32LE(index * 4))
    expect(fields).toEqual([0x10, 2, 0, 0, 0, 7, 30_000])
  })
})
