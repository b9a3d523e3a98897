import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tryDevice, tryMount } from '../../../../agent/platform/linux/try-writes.ts'

let dir: string
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'tanmori-writes-'))
})
afterEach(() => rmSync(dir, { recursive: true, force: true }))

describe('a write that is tried', () => {
  it('got through where a file could be made, and leaves none behind', () => {
    expect(tryMount(dir)).toMatchObject({ way: 'mount', state: 'got-through' })
    expect(readdirSync(dir)).toEqual([])
  })

  it('is refused where nobody may write: sysfs refuses root too', () => {
    expect(tryMount('/sys/kernel')).toMatchObject({ state: 'refused' })
  })

  it('says nothing where there is no such place', () => {
    expect(tryMount(join(dir, 'gone'))).toMatchObject({ state: 'unknown', detail: 'ENOENT' })
    expect(tryDevice(join(dir, 'gone'))).toMatchObject({ state: 'unknown', detail: 'ENOENT' })
  })

  it('got through where a device opens for writing, and writes nothing to it', () => {
    const path = join(dir, 'device')
    writeFileSync(path, 'as before')
    expect(tryDevice(path)).toMatchObject({ way: 'device', state: 'got-through' })
    expect(readdirSync(dir)).toEqual(['device'])
  })
})
