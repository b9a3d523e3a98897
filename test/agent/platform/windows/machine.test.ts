import { describe, expect, it } from 'vitest'
import { bootKey, type MachineSource, readMachine } from '../../../../agent/platform/windows/machine.ts'
import { formatOsName, type OsFacts } from '../../../../agent/platform/windows/os-name.ts'
import { parseSmbios } from '../../../../agent/platform/windows/smbios.ts'
import type { RegistryValue } from '../../../../agent/platform/windows/win32/registry.ts'

const uuidBytes = Buffer.from('00112233445566778899aabbccddeeff', 'hex')
const plain = { vendor: 'Contoso', product: 'Desk 5', serial: 'SN-77', board: 'BD-12', uuid: uuidBytes }

describe('the name of the system', () => {
  const base: OsFacts = {
    productName: 'Windows 10 Pro',
    displayVersion: '24H2',
    build: '26100',
    revision: 2033,
    isServer: false,
    wineVersion: null,
  }
  it.each([
    ['a build from 22000 on is 11, whatever ProductName says', {}, 'Windows 11 Pro 24H2 (26100.2033)'],
    ['a build before it is 10', { build: '19045', displayVersion: '22H2' }, 'Windows 10 Pro 22H2 (19045.2033)'],
    [
      'a server is named as it names itself',
      { productName: 'Windows Server 2025 Standard', isServer: true },
      'Windows Server 2025 Standard 24H2 (26100.2033)',
    ],
    [
      'a name that only begins alike stays',
      { productName: 'Windows 10x', build: '26100' },
      'Windows 10x 24H2 (26100.2033)',
    ],
    ['without a revision', { revision: null }, 'Windows 11 Pro 24H2 (26100)'],
    ['Wine is no Windows, and says so', { wineVersion: '10.0' }, 'Windows 11 Pro 24H2 (26100.2033) [Wine 10.0]'],
    ['nothing at all', { productName: null, displayVersion: null, build: null, revision: null }, 'Windows'],
  ])('%s', (_name, change, wanted) => {
    expect(formatOsName({ ...base, ...change })).toBe(wanted)
  })
})

describe('what the firmware says', () => {
  it('is read from the system and its board, the number with its lowest bytes first from 2.6 on', () => {
    expect(parseSmbios(smbios(plain))).toEqual({
      vendor: 'Contoso',
      product: 'Desk 5',
      uuid: '33221100-5544-7766-8899-aabbccddeeff',
      serial: 'SN-77',
      boardSerial: 'BD-12',
    })
    expect(parseSmbios(smbios(plain, [2, 4])).uuid).toBe('00112233-4455-6677-8899-aabbccddeeff')
  })

  it.each([
    'To Be Filled By O.E.M.',
    'Default string',
    'System Serial Number',
    'None',
    'N/A',
    '0123456789',
    '00000000',
    'Not Specified',
    'INVALID',
    '.',
  ])('takes "%s" for no serial number', (filler) => {
    expect(parseSmbios(smbios({ ...plain, serial: filler, board: filler }))).toMatchObject({
      serial: '',
      boardSerial: '',
    })
  })

  it.each(['5CG1234XYZ', 'PF0N0NE1', 'VMware-56 4d 0a 11', '0000-0012-7781', 'NA1234'])(
    'takes "%s" for one',
    (serial) => {
      expect(parseSmbios(smbios({ ...plain, serial })).serial).toBe(serial)
    },
  )

  it.each([
    ['all zero', Buffer.alloc(16)],
    ['all ones', Buffer.alloc(16, 0xff)],
    ['one that a whole series shares', Buffer.from('00020003000400050006000700080009', 'hex')],
  ])('takes a number that is %s for none', (_name, uuid) => {
    expect(parseSmbios(smbios({ ...plain, uuid })).uuid).toBe('')
  })

  it('survives a table that is cut anywhere', () => {
    const whole = smbios(plain)
    for (let end = 0; end < whole.length; end += 1) {
      expect(parseSmbios(whole.subarray(0, end)).vendor).toMatch(/^(Contoso|)$/)
    }
  })
})

describe('a machine', () => {
  it('has one boot id until the system starts anew', () => {
    const machine = createMachine()
    const first = readMachine(machine.source).bootId
    expect(readMachine(machine.source).bootId).toBe(first)
    machine.startAnew()
    expect(readMachine(machine.source).bootId).not.toBe(first)
  })

  it('does not know its boot where it may not write and nobody has yet', () => {
    const { source } = createMachine()
    const refuse = () => {
      throw new Error('Windows error 5')
    }
    expect(readMachine({ ...source, createVolatileKey: refuse }).bootId).toBe('unknown')
    const { bootId } = readMachine(source)
    expect(readMachine({ ...source, createVolatileKey: refuse }).bootId).toBe(bootId)
  })

  it('is told from another by its hardware, not by what a copied disk holds', () => {
    const image = createMachine({ guid: 'image' })
    const copy = createMachine({ guid: 'image', table: smbios({ ...plain, uuid: Buffer.alloc(16, 7) }) })
    const renewed = createMachine({ guid: 'after sysprep' })
    expect(readMachine(copy.source).hardware).not.toBe(readMachine(image.source).hardware)
    expect(readMachine(renewed.source).hardware).toBe(readMachine(image.source).hardware)
  })

  it('is told by its installation where the hardware says nothing', () => {
    const table = smbios({ ...plain, serial: 'None', board: 'None', uuid: Buffer.alloc(16) })
    const one = readMachine(createMachine({ table, guid: 'one' }).source).hardware
    expect(readMachine(createMachine({ table, guid: 'two' }).source).hardware).not.toBe(one)
    expect(readMachine(createMachine({ table: null, guid: 'one' }).source).hardware).toMatch(/^[0-9a-f]{64}$/)
  })
})

function createMachine(facts: Readonly<{ guid?: string; table?: Buffer | null }> = {}) {
  const values = new Map<string, RegistryValue>([
    ['HKLM\\SOFTWARE\\Microsoft\\Cryptography MachineGuid', { type: 'string', data: facts.guid ?? 'guid' }],
  ])
  const ids = ['first', 'second', 'third'][Symbol.iterator]()
  const source: MachineSource = {
    hostname: () => 'PC-0417',
    registry: {
      readValue: (path, name) => values.get(`${path} ${name}`) ?? null,
      writeValue: (path, name, value) => void values.set(`${path} ${name}`, value),
    },
    createVolatileKey: () => undefined,
    smbios: () => (facts.table === undefined ? smbios(plain) : facts.table),
    wineVersion: () => null,
    randomId: () => ids.next().value ?? 'last',
  }
  return { source, startAnew: () => values.delete(`${bootKey} Id`) }
}

type Told = Readonly<{ vendor: string; product: string; serial: string; board: string; uuid: Buffer }>

/** As `GetSystemFirmwareTable` gives it, with a structure before that concerns nobody and one behind of a dock. */
function smbios(told: Told, [major, minor]: readonly [number, number] = [3, 4]): Buffer {
  const bios = structure(0, Buffer.alloc(14), ['Contoso', '1.2.3'])
  const body = Buffer.alloc(23)
  Buffer.from([1, 2, 3, 4]).copy(body)
  told.uuid.copy(body, 4)
  const system = structure(1, body, [told.vendor, told.product, '1.0', told.serial])
  const board = (serial: string) => structure(2, Buffer.from([1, 2, 3, 4, 0]), ['Contoso', 'B', '1', serial])
  const end = structure(127, Buffer.alloc(0), [])
  const table = Buffer.concat([bios, system, board(told.board), board('DOCK-1'), end])
  const heading = Buffer.from([0, major, minor, 0, 0, 0, 0, 0])
  heading.writeUInt32LE(table.length, 4)
  return Buffer.concat([heading, table])
}

function structure(type: number, body: Buffer, texts: readonly string[]): Buffer {
  const head = Buffer.from([type, body.length + 4, 0, 0])
  const tail = texts.length === 0 ? '\0\0' : `${texts.join('\0')}\0\0`
  return Buffer.concat([head, body, Buffer.from(tail, 'latin1')])
}
