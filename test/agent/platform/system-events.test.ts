import { expect, it } from 'vitest'
import { createSystemEventSource, type SystemEvent } from '../../../agent/platform/system-events.ts'

const locked: SystemEvent = { kind: 'session', change: 'locked', sessionId: 1 }

it('tells everybody who listens, until they stop, and one that fails keeps it from nobody', () => {
  const errors: unknown[] = []
  const heard: string[] = []
  const source = createSystemEventSource((error) => errors.push(error))
  source.onEvent(() => {
    throw new Error('mine alone')
  })
  const second = source.onEvent(({ kind }) => heard.push(kind))
  source.tell(locked)
  second.stop()
  source.tell(locked)
  expect(heard).toEqual(['session'])
  expect(errors).toHaveLength(2)
})
