/** Runs in Windows' Node: writes one value again and again, each time that it was put back, until it no longer is. */
import { setTimeout as pause } from 'node:timers/promises'
import { openJournalReader } from '../../../agent/journal/reader.ts'
import { createRegistry } from '../../../agent/platform/windows/win32/registry.ts'

const journal = 'Z:\\suite\\state\\journal'
const maxTimes = 40
const patienceMs = 10_000
/** On a machine that is busy it may take longer, as long as nobody has said that it is left alone. */
const maxPatienceMs = 60_000
const pollMs = 10
const slowPollMs = 500

const registry = createRegistry()
const path = process.argv[2] ?? ''
for (let times = 0; times < maxTimes; times += 1) {
  registry.writeValue(path, 'Deny_Write', { type: 'dword', data: 0 })
  if (!(await isPutBack())) break
}

async function isPutBack(): Promise<boolean> {
  const startMs = performance.now()
  for (;;) {
    if (registry.readValue(path, 'Deny_Write')?.data === 1) return true
    const ms = performance.now() - startMs
    if (ms > maxPatienceMs || (ms > patienceMs && isLeftAlone())) return false
    await pause(ms > patienceMs ? slowPollMs : pollMs)
  }
}

function isLeftAlone(): boolean {
  const reader = openJournalReader(journal)
  try {
    const lines = reader.list({ kind: 'guard.tampered', limit: 100 })
    return lines.some(({ data }) => JSON.stringify(data).includes('again and again, and for a minute'))
  } finally {
    reader.close()
  }
}
