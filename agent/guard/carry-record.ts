import type { NewEvent } from '../../src/protocol/events.ts'
import type { SensorStatus } from '../../src/protocol/messages.ts'
import type { CarriedFile, Platform, Stoppable } from '../platform/platform.ts'

export type CarryDeps = Readonly<{
  platform: Platform
  record(event: NewEvent): void
  now(): Date
  /** Nodes of the media that may be used now, empty where the policy wants no record. */
  nodes(): readonly string[]
  /** The device and verdict behind a node, as they go into events. */
  describe(node: string): Readonly<Record<string, unknown>>
}>

/** The record of what was carried out and in (持出し記録), for as long as it runs. */
export function startCarryRecord(deps: CarryDeps): Stoppable & Readonly<{ sensor(): SensorStatus }> {
  let status: SensorStatus = { id: 'carry-record', state: 'off', lastAt: null, detail: '' }
  const watch = deps.platform.watchFiles({
    nodes: deps.nodes,
    onFile(file) {
      status = { ...status, lastAt: deps.now().toISOString() }
      deps.record(carryEvent(file, deps.describe(file.node)))
    },
    onState({ state, detail }) {
      status = { ...status, state, detail: detail.slice(0, 500) }
    },
  })
  return { stop: watch.stop, sensor: () => status }
}

function carryEvent(file: CarriedFile, medium: Readonly<Record<string, unknown>>): NewEvent {
  const { direction, path, size, sha256, user, note } = file
  return {
    kind: direction === 'out' ? 'media.carry-out' : 'media.carry-in',
    control: 'media.carry-record',
    subject: path.slice(0, 512),
    data: { path, size, sha256, user, ...(note === '' ? {} : { note }), ...medium },
  }
}
