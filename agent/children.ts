import type { ServiceStart } from './service-host.ts'

/** Parts of a platform without the rest of the agent: in a process of their own, or before anything else is loaded. */
export async function serveWindowsReadings(): Promise<void> {
  const { serveReadings } = await import('./platform/windows/child.ts')
  await serveReadings()
}

/** Whoever starts Windows' service waits 30 s for it to be heard of, and a machine that starts up is slow. */
export async function startWindowsService(): Promise<ServiceStart> {
  const { startService } = await import('./platform/windows/service-connection.ts')
  return startService()
}
