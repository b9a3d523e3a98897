import { describe, expect, it } from 'vitest'
import { readRegistry } from '../../../../agent/platform/windows/readings-registry.ts'
import { type Registry, RegistryError, type RegistryValue } from '../../../../agent/platform/windows/win32/registry.ts'

const limits = { timeoutMs: 5_000, maxBytes: 100_000 }
const text = (data: string): RegistryValue => ({ type: 'string', data })
const tree: Readonly<Record<string, Readonly<Record<string, RegistryValue>>>> = {
  'HKLM\\SOFTWARE\\X': {
    '': text('既定'),
    many: { type: 'strings', data: ['一', '二'] },
    path: { type: 'expand', data: '%SystemRoot%\\外字\ue000' },
    number: { type: 'dword', data: 0xffffffff },
    small: { type: 'qword', data: 5n },
    large: { type: 'qword', data: 0x7fffffffffffffffn },
    bytes: { type: 'bytes', data: Buffer.from([1, 0xab]), code: 3 },
  },
  'HKLM\\SOFTWARE\\X\\a': { name: text('A') },
  'HKLM\\SOFTWARE\\X\\a\\deep': { name: text('D') },
  'HKLM\\SOFTWARE\\X\\b': { name: text('B') },
}

describe('a registry reading', () => {
  const read = (key: string, depth?: number, registry = fake()) =>
    readRegistry({ kind: 'registry', key, ...(depth === undefined ? {} : { depth }) }, limits, registry)

  it('is the key’s own values, each in its plainest form', async () => {
    expect(await read('HKLM\\SOFTWARE\\X')).toEqual({
      kind: 'registry',
      keys: [
        {
          path: 'HKLM\\SOFTWARE\\X',
          values: {
            '': '既定',
            many: ['一', '二'],
            path: '%SystemRoot%\\外字\ue000',
            number: 0xffffffff,
            small: 5,
            large: '9223372036854775807',
            bytes: '01ab',
          },
        },
      ],
    })
  })

  it.each([
    [1, ['HKLM\\SOFTWARE\\X', 'HKLM\\SOFTWARE\\X\\a', 'HKLM\\SOFTWARE\\X\\b']],
    [2, ['HKLM\\SOFTWARE\\X', 'HKLM\\SOFTWARE\\X\\a', 'HKLM\\SOFTWARE\\X\\b', 'HKLM\\SOFTWARE\\X\\a\\deep']],
  ])('goes down to depth %i', async (depth, paths) => {
    const raw = await read('HKLM\\SOFTWARE\\X', depth)
    expect(raw.kind === 'registry' ? raw.keys.map(({ path }) => path) : raw).toEqual(paths)
  })

  it.each([
    ['a key that is not there', 'HKLM\\SOFTWARE\\Y', fake(), 'missing', 'no such key'],
    ['a key that may not be read', 'HKLM\\SOFTWARE\\X', fake('HKLM\\SOFTWARE\\X'), 'denied', 'may not be read'],
    ['a hive that is not read', 'HKCU\\X', fake(), 'failed', 'wanted HKLM\\… or HKU\\…, came HKCU\\X'],
  ])('%s says so', async (_, key, registry, reason, detail) => {
    expect(await read(key, 0, registry)).toMatchObject({
      kind: 'failed',
      reason,
      detail: expect.stringContaining(detail),
    })
  })

  it('leaves out what may not be read below', async () => {
    const raw = await read('HKLM\\SOFTWARE\\X', 1, fake('HKLM\\SOFTWARE\\X\\a'))
    expect(raw.kind === 'registry' ? raw.keys.map(({ path }) => path) : raw).toEqual([
      'HKLM\\SOFTWARE\\X',
      'HKLM\\SOFTWARE\\X\\b',
    ])
  })

  it('ends where there is more than is wanted', async () => {
    const raw = await readRegistry({ kind: 'registry', key: 'HKLM\\SOFTWARE\\X' }, { ...limits, maxBytes: 10 }, fake())
    expect(raw).toMatchObject({ kind: 'failed', reason: 'too-large' })
  })
})

function fake(denied = ''): Registry {
  const refuse = () => {
    throw new Error('not asked for here')
  }
  return {
    readValue: refuse,
    readValues: (path) => {
      if (path === denied) throw new RegistryError(path, 5)
      return tree[path] ?? null
    },
    listKeys: (path) =>
      Object.keys(tree).flatMap((key) => {
        const rest = key.startsWith(`${path}\\`) ? key.slice(path.length + 1) : ''
        return rest === '' || rest.includes('\\') ? [] : [rest]
      }),
    createKey: refuse,
    writeValue: refuse,
    deleteValue: refuse,
    deleteTree: refuse,
  }
}
