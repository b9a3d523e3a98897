import { describe, expect, it } from 'vitest'
import { expandPath, type FolderView } from '../../../../agent/platform/windows/expand-paths.ts'
import { userRow } from '../../../../agent/platform/windows/tables/accounts.ts'
import { auditRow } from '../../../../agent/platform/windows/tables/audit-policy.ts'
import { interfaceRow, neighbourRow, routeRow } from '../../../../agent/platform/windows/tables/network.ts'
import { tcp6Rows, tcpRows, udpRows } from '../../../../agent/platform/windows/tables/sockets.ts'
import { connectionRow } from '../../../../agent/platform/windows/tables/wireless.ts'
import { guidBytes } from '../../../../agent/platform/windows/win32/com.ts'
import { decodeVariant } from '../../../../agent/platform/windows/win32/variant.ts'
import { fromCim, selectedNames } from '../../../../agent/platform/windows/win32/wmi.ts'

/** Bytes as the structures of the Windows SDK lay them out on 64-bit Windows. */
describe('rows of Windows’ tables', () => {
  it('TCP of both families: ports in the network’s order', () => {
    const row = Buffer.concat([dwords(2), Buffer.from([127, 0, 0, 1]), port(445), Buffer.alloc(4), port(0), dwords(4)])
    expect(tcpRows(Buffer.concat([dwords(1), row, Buffer.alloc(100)]))).toEqual([
      {
        State: 2,
        LocalAddress: '127.0.0.1',
        LocalPort: 445,
        RemoteAddress: '0.0.0.0',
        RemotePort: 0,
        OwningProcess: 4,
      },
    ])
    const address = Buffer.from('20010db8000000000000000000000001', 'hex')
    const row6 = Buffer.concat([address, dwords(0), port(50_000), address, dwords(0), port(443), dwords(5, 700)])
    expect(tcp6Rows(Buffer.concat([dwords(1), row6]))).toMatchObject([
      { LocalAddress: '2001:db8:0:0:0:0:0:1', LocalPort: 50_000, RemotePort: 443, State: 5, OwningProcess: 700 },
    ])
  })

  it('a count that is larger than the table takes nothing from behind it', () => {
    expect(udpRows(Buffer.concat([dwords(9), Buffer.from([10, 0, 0, 1]), port(53), dwords(8)]))).toEqual([
      { LocalAddress: '10.0.0.1', LocalPort: 53, OwningProcess: 8 },
    ])
  })

  it('an interface by its Japanese name; filters laid over it are none', () => {
    const row = Buffer.alloc(1352)
    row.writeUInt32LE(5, 8)
    row.write('イーサネット', 28, 'utf16le')
    row.write('Intel(R) Ethernet Connection', 542, 'utf16le')
    row.writeUInt32LE(6, 1056)
    Buffer.from('00155d010203', 'hex').copy(row, 1092)
    for (const [value, at] of [
      [6, 1128],
      [14, 1140],
      [1, 1156],
      [1, 1164],
    ] as const)
      row.writeUInt32LE(value, at)
    row.writeUInt8(0x1, 1152)
    expect(interfaceRow(row)).toMatchObject([
      {
        Name: 'イーサネット',
        InterfaceDescription: 'Intel(R) Ethernet Connection',
        InterfaceIndex: 5,
        InterfaceType: 6,
        NdisPhysicalMedium: 14,
        PermanentAddress: '00-15-5D-01-02-03',
        HardwareInterface: true,
        Virtual: false,
        InterfaceOperationalStatus: 1,
        MediaConnectState: 1,
      },
    ])
    row.writeUInt8(0x2, 1152)
    expect(interfaceRow(row)).toEqual([])
  })

  it('a route, and a neighbour that has answered', () => {
    const route = Buffer.alloc(104)
    route.writeUInt32LE(5, 8)
    inet([0, 0, 0, 0]).copy(route, 12)
    inet([192, 0, 2, 1]).copy(route, 44)
    expect(routeRow(route)).toMatchObject({ DestinationPrefix: '0.0.0.0/0', NextHop: '192.0.2.1', InterfaceIndex: 5 })
    const neighbour = Buffer.alloc(88)
    inet([192, 0, 2, 1]).copy(neighbour)
    Buffer.from('00005e0053fe', 'hex').copy(neighbour, 40)
    neighbour.writeUInt32LE(6, 72)
    neighbour.writeUInt32LE(5, 76)
    expect(neighbourRow(neighbour)).toMatchObject([{ IPAddress: '192.0.2.1', LinkLayerAddress: '00-00-5E-00-53-FE' }])
    neighbour.writeUInt32LE(1, 76)
    expect(neighbourRow(neighbour)).toEqual([])
  })

  it('a wireless network whose name is in Shift_JIS', () => {
    const bytes = Buffer.alloc(604)
    const name = Buffer.from([0x92, 0xac, 0x96, 0xf0, 0x8f, 0xea])
    bytes.writeUInt32LE(name.length, 520)
    name.copy(bytes, 524)
    bytes.writeUInt32LE(7, 596)
    bytes.writeUInt32LE(4, 600)
    expect(connectionRow(bytes)).toEqual({ Ssid: '町役場', AuthAlgorithm: 7, CipherAlgorithm: 4 })
  })

  it('an account, and what is audited', () => {
    const user = Buffer.alloc(184)
    user.writeBigUInt64LE(7n, 0)
    for (const [value, at] of [
      [86_400, 16],
      [0x201, 40],
      [1_700_000_000, 96],
      [1001, 152],
    ] as const) {
      user.writeUInt32LE(value, at)
    }
    expect(userRow(user, (address) => (address === 7n ? '髙橋' : ''))).toEqual({
      Name: '髙橋',
      RelativeId: 1001,
      Flags: 0x201,
      LastLogon: 1_700_000_000,
      PasswordAgeSeconds: 86_400,
    })
    const audit = Buffer.concat([guidBytes('0cce9215-69ae-11d9-bed3-505054503030'), dwords(2), Buffer.alloc(16)])
    expect(auditRow(audit)).toEqual({ Subcategory: 'logon', Success: false, Failure: true })
  })
})

describe('values of WMI and COM', () => {
  const memory = {
    readWideText: (address: bigint) => (address === 9n ? '日本語' : ''),
    readBytes: (address: bigint, length: number) => {
      const head = Buffer.alloc(length)
      if (address === 8n) {
        head.writeUInt16LE(1, 0)
        head.writeUInt32LE(4, 4)
        head.writeBigUInt64LE(16n, 16)
        head.writeUInt32LE(2, 24)
      }
      if (address === 16n) dwords(78, 69).copy(head)
      return head
    },
  }
  const variant = (type: number, write: (bytes: Buffer) => void) => {
    const bytes = Buffer.alloc(24)
    bytes.writeUInt16LE(type, 0)
    write(bytes)
    return decodeVariant(bytes, memory)
  }

  it.each([
    ['nothing', 1, () => undefined, null],
    ['a number', 3, (bytes: Buffer) => bytes.writeInt32LE(-1, 8), -1],
    ['a text', 8, (bytes: Buffer) => bytes.writeBigUInt64LE(9n, 8), '日本語'],
    ['true', 11, (bytes: Buffer) => bytes.writeInt16LE(-1, 8), true],
    ['64 bits', 21, (bytes: Buffer) => bytes.writeBigUInt64LE(2n ** 63n, 8), '9223372036854775808'],
    ['a date', 7, (bytes: Buffer) => bytes.writeDoubleLE(46_347.5, 8), '2026-11-21T12:00:00.000Z'],
    ['no date', 7, (bytes: Buffer) => bytes.writeDoubleLE(0, 8), null],
    ['an array', 0x2003, (bytes: Buffer) => bytes.writeBigUInt64LE(8n, 8), [78, 69]],
    ['a type nobody asks for', 36, () => undefined, null],
  ])('%s', (_, type, write, value) => {
    expect(variant(type, write)).toEqual(value)
  })

  it('numbers without a sign come in a signed variant: 4294967295 days is never', () => {
    expect(fromCim(-1, 19)).toBe(4_294_967_295)
    expect(fromCim(-1, 18)).toBe(65_535)
    expect(fromCim(-1, 3)).toBe(-1)
    expect(fromCim([-1], 0x2000 | 19)).toEqual([4_294_967_295])
  })

  it('names are those of the query', () => {
    expect(selectedNames('SELECT Name, State FROM Win32_Service WHERE Name = "x"')).toEqual(['Name', 'State'])
    expect(selectedNames('select * from X')).toBeNull()
  })
})

describe('paths that are watched on Windows', () => {
  const folders: Readonly<Record<string, readonly string[]>> = {
    'C:\\Users': ['山田', 'Public', 'desktop.ini'],
    'C:\\Users\\山田\\Downloads': [],
    'C:\\Users\\Public\\Downloads': [],
    'D:\\homes\\sato': [],
    'C:\\town': [],
  }
  const view: FolderView = {
    kindOf: (path) => (path in folders ? 'folder' : path === 'C:\\town\\settings.ini' ? 'file' : null),
    list: (folder) => folders[folder] ?? [],
    homes: () => ['C:\\Users\\山田', 'D:\\homes\\sato'],
  }
  it.each([
    ['every person’s folder, wherever it lies', '~', ['C:\\Users\\山田', 'D:\\homes\\sato']],
    ['what matches, without regard to case', 'C:\\Users\\P*\\Downloads', ['C:\\Users\\Public\\Downloads']],
    ['one file', 'C:/town/settings.ini', ['C:\\town\\settings.ini']],
    ['what is not there yet', 'C:\\new\\x.ini', ['C:\\new\\x.ini']],
    ['no share, and nothing of Linux', '/etc/passwd', []],
    ['no share', '\\\\server\\share', []],
  ])('%s', (_, pattern, paths) => {
    expect(expandPath(view, pattern).map(({ path }) => path)).toEqual(paths)
  })

  it('tells of programs alone where everybody writes', () => {
    expect(expandPath(view, 'C:\\Users\\*\\Downloads').map(({ onlyPrograms }) => onlyPrograms)).toEqual([
      true,
      true,
      false,
    ])
    expect(expandPath(view, 'C:\\town')).toMatchObject([{ kind: 'folder', onlyPrograms: false }])
  })
})

function dwords(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(numbers.length * 4)
  for (const [index, number] of numbers.entries()) bytes.writeUInt32LE(number, index * 4)
  return bytes
}

function port(number: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt16BE(number)
  return bytes
}

/** SOCKADDR_INET of IPv4 */
function inet(address: readonly number[]): Buffer {
  const bytes = Buffer.alloc(28)
  bytes.writeUInt16LE(2)
  Buffer.from(address).copy(bytes, 4)
  return bytes
}
