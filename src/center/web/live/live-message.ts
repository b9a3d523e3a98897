import { type LiveEvents, liveEventSchemas } from '../../api/contract.ts'
import type { StreamMessage } from './parse-stream.ts'

export type LiveMessage = {
  [name in keyof LiveEvents]: Readonly<{ name: name; data: LiveEvents[name] }>
}[keyof LiveEvents]

/**
 * A message of the stream. One that cannot be read asks for everything anew, so that nothing is missed by it; null for
 * one that this page does not know, from a newer center.
 */
export function parseLiveMessage({ name, data }: StreamMessage): LiveMessage | null {
  try {
    return parseNamed(name, JSON.parse(data))
  } catch {
    return { name: 'resync', data: { at: new Date().toISOString() } }
  }
}

function parseNamed(name: string, data: unknown): LiveMessage | null {
  switch (name) {
    case 'violation':
      return { name, data: liveEventSchemas[name].parse(data) }
    case 'terminal':
      return { name, data: liveEventSchemas[name].parse(data) }
    case 'document-progress':
      return { name, data: liveEventSchemas[name].parse(data) }
    case 'resync':
      return { name, data: liveEventSchemas[name].parse(data) }
    default:
      return null
  }
}
