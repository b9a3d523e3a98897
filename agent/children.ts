/** What the agent starts itself again for: parts of a platform in a process of their own, without the rest of the agent. */
export async function serveWindowsReadings(): Promise<void> {
  const { serveReadings } = await import('./platform/windows/child.ts')
  await serveReadings()
}
