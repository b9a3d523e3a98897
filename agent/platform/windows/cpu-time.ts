/** Of this process alone: Windows does not sum up what children used. */
export function readCpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
