import type { Registry } from './win32/registry.ts'

export const eventSourceName = 'Tanmori'
const path = `HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\${eventSourceName}`

/**
 * A message file that every Windows has: EventCreate.exe carries the message `%1` under each id from 1 to 1000, so that
 * the text that is reported is shown whole, and no file of the agent is held open by whoever looks at the log.
 */
export const eventMessageFile = '%SystemRoot%\\System32\\EventCreate.exe'
/** EVENTLOG_ERROR_TYPE, EVENTLOG_WARNING_TYPE, EVENTLOG_INFORMATION_TYPE (winnt.h) */
const typesSupported = 0x1 | 0x2 | 0x4

/** Written where it differs; true where something had to be written. Throws what the registry throws. */
export function registerEventSource(registry: Registry): boolean {
  const values = {
    EventMessageFile: { type: 'expand', data: eventMessageFile },
    TypesSupported: { type: 'dword', data: typesSupported },
  } as const
  const wrong = Object.entries(values).filter(([name, value]) => {
    const came = registry.readValue(path, name)
    return came === null || came.type !== value.type || came.data !== value.data
  })
  for (const [name, value] of wrong) registry.writeValue(path, name, value)
  return wrong.length > 0
}

export function removeEventSource(registry: Registry): boolean {
  return registry.deleteTree(path)
}
