/** Runs in Windows' Node: writes one value again and again, each time that it was put back, until it no longer is. */
import { setTimeout as pause } from 'node:timers/promises'
import { createRegistry } from '../../../agent/platform/windows/win32/registry.ts'

const maxTimes = 40
const patienceMs = 10_000
const pollMs = 10

const registry = createRegistry()
const path = process.argv[2] ?? ''
for (let times = 0; times < maxTimes; times += 1) {
  registry.writeValue(path, 'Deny_Write', { type: 'dword', data: 0 })
  if (!(await isPutBack())) break
}

async function isPutBack(): Promise<boolean> {
  for (const endMs = performance.now() + patienceMs; performance.now() < endMs; await pause(pollMs))
    if (registry.readValue(path, 'Deny_Write')?.data === 1) return true
  return false
}
