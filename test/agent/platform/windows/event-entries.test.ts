import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createEntryRate } from '../../../../agent/platform/windows/entry-rate.ts'
import { entryOf, journalEntries, serviceEntries } from '../../../../agent/platform/windows/event-ids.ts'
import { eventMessageFile, registerEventSource } from '../../../../agent/platform/windows/event-source.ts'
import { formatEntry, maxEntryCharacters } from '../../../../agent/platform/windows/event-text.ts'
import { eventKinds } from '../../../../src/protocol/events.ts'
import { FakeRegistry } from './fake-registry.ts'

const all = [...Object.entries(journalEntries), ...Object.entries(serviceEntries)]

describe('ids of the Application log', () => {
  it('each stands for one kind, between 1 and 1000, which is what the message file carries', () => {
    const ids = all.map(([, { id }]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    expect(ids.filter((id) => id < 1 || id > 1_000)).toEqual([])
  })

  it('are the ones that administrators are told: installers/windows/event-ids.md', () => {
    const text = readFileSync(join(import.meta.dirname, '../../../../installers/windows/event-ids.md'), 'utf8')
    const rows = [...text.matchAll(/^\| (\d+) \| (\w+) \| `([\w.-]+)` \| (.+?) \| (.+?) \|$/gm)]
    const told = rows.map(([, id, type, kind, ja, en]) => [Number(id), type, kind, ja, en])
    const wanted = all.map(([kind, { id, type, title }]) => [id, type, kind, title.ja, title.en])
    expect(told).toEqual(wanted.sort(([a], [b]) => Number(a) - Number(b)))
  })

  it('every grave kind that a terminal itself raises has one', () => {
    const graves = ['high', 'critical']
    const untold = ['finding.opened'] // the checks' own list, by severity in the console and the report
    const missing = Object.entries(eventKinds).filter(([kind, { severity }]) => {
      return graves.includes(severity) && !untold.includes(kind) && !Object.hasOwn(journalEntries, kind)
    })
    expect(missing.map(([kind]) => kind)).toEqual([])
  })

  it('what is no matter for the log has none', () => {
    expect(entryOf('sensor.status')).toBeNull()
    expect(entryOf('media.refused')?.id).toBe(200)
  })
})

describe('the text of an entry', () => {
  it('says it in both languages, then what it is about and the data', () => {
    const text = formatEntry(journalEntries['media.refused'], {
      subject: 'usb:0781',
      data: { user: 'sato', nodes: [1], none: null },
    })
    expect(text).toBe('記憶媒体を拒否しました。 A medium was refused.\r\nusb:0781\r\nuser: sato\r\nnodes: [1]')
  })

  it('is cut, and nothing of a device’s name ends it early', () => {
    expect(formatEntry(serviceEntries.ended, { subject: 'a\u0000b\u001bc' })).toContain('\r\na b c')
    expect(formatEntry(serviceEntries.ended, { subject: 'fe80::1%12 %%1 100%' })).toContain(
      '\r\nfe80::1% 12 % % 1 100%',
    )
    const long = formatEntry(serviceEntries.ended, { subject: 'x'.repeat(10_000) })
    expect([long.length, long.at(-1)]).toEqual([maxEntryCharacters, '…'])
  })
})

describe('the rate of entries', () => {
  it('lets a burst through, counts what is left out, and says so once there is room', () => {
    const rate = createEntryRate({ burst: 3, refillMs: 1_000 })
    expect([0, 1, 2, 3, 4].map((ms) => rate.admits(ms))).toEqual([true, true, true, false, false])
    expect(rate.takeLeftOut(500)).toBe(0)
    expect(rate.takeLeftOut(1_100)).toBe(2)
    expect(rate.takeLeftOut(9_000)).toBe(0)
  })

  it('a clock that goes back gives no room', () => {
    const rate = createEntryRate({ burst: 1, refillMs: 10 })
    expect([rate.admits(1_000), rate.admits(0)]).toEqual([true, false])
  })

  it('an hour of a storm stays within burst and refill', () => {
    const rate = createEntryRate()
    const admitted = Array.from({ length: 36_000 }, (_, index) => rate.admits(index * 100)).filter(Boolean)
    expect(admitted.length).toBeLessThanOrEqual(40 + 1_200)
  })
})

describe('the source in the registry', () => {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Tanmori'

  it('is written once, and put back where it was changed', () => {
    const registry = new FakeRegistry()
    expect(registerEventSource(registry)).toBe(true)
    expect(registerEventSource(registry)).toBe(false)
    registry.writeValue(key, 'EventMessageFile', { type: 'expand', data: 'C:\\evil.dll' })
    expect(registerEventSource(registry)).toBe(true)
    expect(registry.readValue(key, 'EventMessageFile')).toEqual({ type: 'expand', data: eventMessageFile })
  })
})
