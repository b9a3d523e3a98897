import { describe, expect, it } from 'vitest'
import {
  compareFilters,
  type Filter,
  planQuarantine,
} from '../../../../../agent/platform/windows/quarantine-filters.ts'
import {
  filterBytes,
  isOwnSubLayer,
  layOutFilter,
  layOutProvider,
  layOutSubLayer,
  layOutTemplate,
  parseFilter,
} from '../../../../../agent/platform/windows/win32/wfp-layout.ts'

const resolvers = ['10.1.0.53', '2001:db8::53']
const endpoints = [
  { address: '10.1.0.5', port: 8443 },
  { address: 'fd00::1:0:5', port: 443 },
  { address: '255.255.255.254', port: 65_535 },
]
const program = Buffer.from('\\device\\harddiskvolume3\\tanmori.exe\0', 'utf16le').toString('hex')
const plan = planQuarantine({ mode: 'on', center: endpoints, resolvers }, program)

describe('a filter in memory', () => {
  it('reads back as it was written, each of a whole plan', () => {
    const found = plan.map((filter) => {
      const memory = createMemory()
      const { bytes } = layOutFilter(filter, memory.addressOf)
      expect(bytes.length).toBe(filterBytes)
      return parseFilter(bytes, filter.layer, memory.read)?.filter ?? null
    })
    const read = found.filter((one) => one !== null)
    expect(read.length).toBe(plan.length)
    expect(compareFilters(plan, read)).toEqual({ missing: [], foreign: 0 })
  })

  it('lies where FWPM_FILTER0 of 64-bit Windows has it', () => {
    const memory = createMemory()
    const filter: Filter = {
      name: 'x',
      layer: 'connect-v4',
      action: 'permit',
      isHard: true,
      lifetime: 'persistent',
      weight: 15,
      conditions: [
        { field: 'remote-address', value: '10.1.0.5' },
        { field: 'remote-port', value: 443 },
      ],
    }
    const { bytes, held } = layOutFilter(filter, memory.addressOf)
    expect(bytes.readUInt32LE(32)).toBe(0x1 | 0x8) // PERSISTENT | CLEAR_ACTION_RIGHT
    expect(bytes.toString('hex', 64, 80)).toBe('d1578dc3a705334c904f7fbceee60e82') // FWPM_LAYER_ALE_AUTH_CONNECT_V4
    expect([bytes.readUInt32LE(96), bytes.readUInt8(104)]).toEqual([1, 15]) // FWP_UINT8, the weight
    expect(bytes.readUInt32LE(112)).toBe(2)
    expect(bytes.readUInt32LE(128)).toBe(0x1002) // FWP_ACTION_PERMIT
    const conditions = memory.read(bytes.readBigUInt64LE(120), 80)
    expect(conditions.readUInt32LE(24)).toBe(3) // FWP_UINT32
    expect(conditions.readUInt32LE(32)).toBe(0x0a010005) // in the machine's order
    expect([conditions.readUInt32LE(64), conditions.readUInt16LE(72)]).toEqual([2, 443])
    expect(held.map((one) => memory.addressOf(one))).toContain(bytes.readBigUInt64LE(120))
  })

  it('of another sublayer is none of ours', () => {
    const memory = createMemory()
    const { bytes } = layOutFilter(first(), memory.addressOf)
    bytes.fill(0, 80, 96)
    expect(parseFilter(bytes, 'connect-v4', memory.read)).toBeNull()
  })

  it.each<readonly [string, (bytes: Buffer) => void]>([
    ['is switched off', (bytes) => bytes.writeUInt32LE(bytes.readUInt32LE(32) | 0x20, 32)],
    ['ends with its session', (bytes) => bytes.writeUInt32LE(0x8, 32)],
    ['asks a driver', (bytes) => bytes.writeUInt32LE(0x5003, 128)],
    ['is for one user', (bytes) => bytes.writeUInt32LE(0, 96)],
  ])('that %s is not what was written', (_name, change) => {
    const memory = createMemory()
    const { bytes } = layOutFilter(first(), memory.addressOf)
    change(bytes)
    const found = parseFilter(bytes, first().layer, memory.read)
    expect(compareFilters([first()], found === null ? [] : [found.filter])).toMatchObject({ foreign: 1 })
  })

  it('of the boot is ours whether the engine has it switched on or not', () => {
    const boot = plan.find(({ lifetime }) => lifetime === 'boot') ?? first()
    const memory = createMemory()
    const { bytes } = layOutFilter(boot, memory.addressOf)
    bytes.writeUInt32LE(bytes.readUInt32LE(32) | 0x20 | 0x40, 32)
    const found = parseFilter(bytes, boot.layer, memory.read)
    expect(compareFilters([boot], found === null ? [] : [found.filter])).toEqual({ missing: [], foreign: 0 })
  })

  it('has its weight however the engine gives it back', () => {
    const memory = createMemory()
    const { bytes } = layOutFilter(first(), memory.addressOf)
    const weight = Buffer.alloc(8)
    weight.writeBigUInt64LE(0xf000_0000_0000_1234n)
    bytes.writeUInt32LE(4, 96)
    bytes.writeBigUInt64LE(memory.addressOf(weight), 104)
    expect(parseFilter(bytes, first().layer, memory.read)?.filter.weight).toBe(15)
  })
})

describe('what the filters stand in', () => {
  it('lasts, is asked first, and is the same on reading', () => {
    const memory = createMemory()
    const { bytes } = layOutSubLayer(memory.addressOf)
    expect(isOwnSubLayer(bytes)).toBe(true)
    bytes.writeUInt16LE(1, 64)
    expect(isOwnSubLayer(bytes)).toBe(false)
  })

  it('names no service: a service that is switched off would take the filters with it', () => {
    const { bytes } = layOutProvider(createMemory().addressOf)
    expect([bytes.length, bytes.readUInt32LE(32), bytes.readBigUInt64LE(56)]).toEqual([64, 1, 0n])
  })

  it('is looked for whoever put it there, those of the boot included', () => {
    const bytes = layOutTemplate('forward-v6')
    expect(bytes.readBigUInt64LE(0)).toBe(0n)
    expect(bytes.readUInt32LE(28) & 0x8).toBe(0x8)
    expect(bytes.readUInt32LE(56)).toBe(0xffffffff)
  })
})

function first(): Filter {
  const [filter] = plan
  if (filter === undefined) throw new Error('wanted a plan')
  return filter
}

/** Addresses as a process would have them. */
function createMemory() {
  const buffers: Buffer[] = []
  const step = 0x10000n
  return {
    addressOf(buffer: Buffer): bigint {
      const at = buffers.indexOf(buffer)
      return BigInt(at >= 0 ? at + 1 : buffers.push(buffer)) * step
    },
    read(address: bigint, length: number): Buffer {
      const buffer = buffers[Number(address / step) - 1]
      const from = Number(address % step)
      if (buffer === undefined || from + length > buffer.length) throw new Error(`nothing lies at ${address}`)
      return buffer.subarray(from, from + length)
    },
  }
}
