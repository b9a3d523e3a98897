import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parsePackageList, readOwnFiles, serviceKey } from '../../../../agent/platform/windows/own-files.ts'
import type { RegistryValue } from '../../../../agent/platform/windows/win32/registry.ts'

const badDigest = 0x80096010
const noSignature = 0x800b0100
const untrustedRoot = 0x800b0109

let folder: string
let trust: number
let service: Record<string, RegistryValue> | null
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tanmori-own-'))
  trust = noSignature
  service = null
  put('tanmori.exe', 'program')
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('the agent’s own files', () => {
  it('are the program, the addons beside it and how the service is started', async () => {
    put('native/koffi.node', 'addon')
    put('native/readme.txt', 'text')
    service = { ImagePath: { type: 'expand', data: '"C:\\Program Files\\Tanmori\\tanmori.exe" service' } }
    const files = await read()
    expect(files.map(({ path, role }) => [path, role])).toEqual([
      [join(folder, 'tanmori.exe'), 'executable'],
      [join(folder, 'native/koffi.node'), 'executable'],
      [serviceKey, 'unit'],
    ])
    expect(files[0]).toMatchObject({ sha256: sha256('program'), isMissing: false, isAsPackaged: null })
  })

  it('are as packaged where the package’s list says so', async () => {
    put('files.sha256', `${sha256('program')}  tanmori.exe\r\n${sha256('addon')}  native/koffi.node\r\n`)
    put('native/koffi.node', 'another')
    expect(await states()).toEqual({ 'tanmori.exe': true, 'native/koffi.node': false })
  })

  it('are missing where the list names them and they are gone', async () => {
    put('files.sha256', `${sha256('addon')}  native/koffi.node\n`)
    const files = await read()
    expect(files).toContainEqual(expect.objectContaining({ isMissing: true, isAsPackaged: false, sha256: null }))
  })

  it.each([
    ['a signature that its content no longer fits makes it not ours', badDigest, false],
    ['no signature says nothing', noSignature, null],
    ['a signature whose root is not known here says nothing', untrustedRoot, null],
    ['a good signature alone says nothing: somebody else’s program has one too', 0, null],
  ])('%s', async (_name, code, wanted) => {
    trust = code
    expect(await states()).toEqual({ 'tanmori.exe': wanted })
  })

  it('are read again once they have changed', async () => {
    const before = (await read())[0]?.sha256
    put('tanmori.exe', 'another program')
    expect((await read())[0]?.sha256).toBe(sha256('another program'))
    expect(before).toBe(sha256('program'))
  })

  it('tell another program in the service’s name by its registration, in whatever order it is listed', async () => {
    const [image, start] = [{ type: 'expand', data: 'a.exe' } as const, { type: 'dword', data: 2 } as const]
    const digestOf = async (values: Record<string, RegistryValue>) => {
      service = values
      return (await read()).find(({ role }) => role === 'unit')?.sha256
    }
    const digest = await digestOf({ ImagePath: image, Start: start })
    expect(await digestOf({ start, imagepath: image })).toBe(digest)
    expect(await digestOf({ start, imagepath: image, Description: image })).toBe(digest)
    expect(await digestOf({ ImagePath: { type: 'expand', data: 'b.exe' }, Start: start })).not.toBe(digest)
  })
})

describe('the package’s list', () => {
  it('names files inside the folder alone', () => {
    const hex = 'a'.repeat(64)
    const lines = [
      `${hex}  Native\\Koffi.node`,
      `${hex} *tanmori.exe`,
      `${hex}  ../evil.exe`,
      `${hex}  C:\\evil.exe`,
      `${hex}  /evil.exe`,
      `${hex}  a/..\\..\\evil.exe`,
      'no line',
    ]
    expect([...parsePackageList(lines.join('\r\n')).keys()]).toEqual(['native/koffi.node', 'tanmori.exe'])
  })
})

function read() {
  return readOwnFiles({
    executable: join(folder, 'tanmori.exe'),
    registry: { readValues: (path) => (path === serviceKey ? service : null) },
    verifyTrust: async () => trust,
  })
}

async function states() {
  const files = await read()
  return Object.fromEntries(files.map(({ path, isAsPackaged }) => [path.slice(folder.length + 1), isAsPackaged]))
}

function put(name: string, text: string): void {
  mkdirSync(join(folder, 'native'), { recursive: true })
  writeFileSync(join(folder, name), text)
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
