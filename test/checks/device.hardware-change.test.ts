import { describe, expect, it } from 'vitest'
import { deviceHardwareChange } from '../../src/checks/device.hardware-change.ts'
import { parseEdid } from '../../src/checks/edid.ts'
import { findChanges } from '../../src/checks/hardware-difference.ts'
import type { HardwarePart } from '../../src/checks/hardware-part.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { parseSmbios } from '../../src/checks/smbios.ts'
import { edid, processor, smbios, system } from './hardware-bytes.ts'
import { factsOf, file, folder, judgeRaws, lost, output, rows } from './one-check.ts'

type Disk = Readonly<Record<string, unknown>>
/** `lsblk --json` of util-linux 2.38. */
const vda: Disk = {
  name: 'vda',
  type: 'disk',
  tran: null,
  vendor: '0x1af4',
  model: null,
  serial: 'root-1',
  wwn: null,
  size: 274877906944,
  rm: false,
}
const sda: Disk = {
  name: 'sda',
  type: 'disk',
  tran: 'sata',
  vendor: 'ATA     ',
  model: 'WDC WD5000AAKX-0',
  serial: 'WD-WCC2E0000001',
  wwn: '0x50014ee000000001',
  size: 500107862016,
  rm: false,
}
const disks = (...blockdevices: Disk[]) => output(JSON.stringify({ blockdevices }))

const nic = card('eth0', '02:fc:00:00:00:01')
const module0 = { locator: 'DIMM 0', maker: 'Samsung', part: 'M471A1K43CB1-CRC', serial: '12345678', megabytes: 8192 }
const module1 = { ...module0, locator: 'DIMM 1', serial: '87654321' }

const terminal: Raws = {
  smbios: file(smbios(system, processor('Intel(R) Core(TM) i5-8500'), module0, module1)),
  uptime: file('5000.12 9000.34\n'),
  cpuinfo: file(''),
  memory: lost('missing'),
  memoryBlock: lost('missing'),
  disks: disks(vda),
  screens: folder('card0@', 'card0-HDMI-A-1@', 'version'),
  'edid card0-HDMI-A-1': file(edid('EIZ', 'EV2455', 12345)),
  usb: folder('usb1@', '1-0:1.0@', '1-2@'),
  'manufacturer 1-2': file('Logitech\n'),
  'product 1-2': file('USB Receiver\n'),
  thunderbolt: lost('missing'),
  ...nic,
  links: folder('lo@', 'eth0@'),
}
const accepted = accept(terminal)

function accept(raws: Raws, system: 'linux' | 'windows' = 'linux'): unknown {
  const parsed = factsOf(deviceHardwareChange, raws, { system })
  if (!parsed.ok) throw new Error(parsed.reason.en)
  return parsed.facts
}

function judged(raws: Raws, sections = {}) {
  return judgeRaws(deviceHardwareChange, { ...terminal, ...raws }, { baseline: accepted, sections })
}

describe('device.hardware-change on Linux', () => {
  it('the first reading is the baseline', () => {
    const judgement = judgeRaws(deviceHardwareChange, terminal)
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual([
      'pass',
      '現在の構成（部品7点）を基準として記録しました',
    ])
  })

  it.each([
    ['nothing has changed', {}, []],
    [
      'a network card was put in',
      { ...card('eth1', '52:54:00:12:34:99'), links: folder('lo@', 'eth0@', 'eth1@') },
      ['通信機器が増えました: virtio_net 1af4:0001、MAC 52:54:00:12:34:99'],
    ],
    [
      'a second disk was plugged in',
      { disks: disks(vda, sda) },
      ['ディスクが増えました: ATA WDC WD5000AAKX-0、466 GiB、製造番号 WD-WCC2E0000001'],
    ],
    ['a stick is no part of the machine', { disks: disks(vda, { ...sda, tran: 'usb' }) }, []],
    [
      'nor is a card reader’s medium',
      { disks: disks(vda, { ...sda, name: 'mmcblk0', tran: null }), 'card mmcblk0': file('SD\n') },
      [],
    ],
    [
      'built-in flash is',
      {
        disks: disks(vda, { ...sda, name: 'mmcblk0', tran: null, vendor: null, model: null, serial: '0xabcd' }),
        'card mmcblk0': file('MMC\n'),
      },
      ['ディスクが増えました: 466 GiB、製造番号 0xabcd'],
    ],
    [
      'what the kernel makes up is none',
      { disks: disks(vda, { ...sda, name: 'dm-0' }, { ...sda, name: 'zram0' }, { ...sda, name: 'loop3' }) },
      [],
    ],
    ['an empty drive is none', { disks: disks(vda, { ...sda, size: 0 }) }, []],
    [
      'the disk was exchanged for one of the same size',
      { disks: disks({ ...vda, serial: 'root-2' }) },
      ['ディスクが交換されました: virtio、256 GiB、製造番号 root-1 → virtio、256 GiB、製造番号 root-2'],
    ],
    [
      'a memory module was taken out',
      { smbios: file(smbios(system, processor('Intel(R) Core(TM) i5-8500'), module0)) },
      ['メモリがなくなりました: Samsung M471A1K43CB1-CRC、8 GiB、製造番号 87654321、DIMM 1'],
    ],
    [
      'a memory module was exchanged in its slot, and one added',
      {
        smbios: file(
          smbios(
            system,
            processor('Intel(R) Core(TM) i5-8500'),
            module0,
            { ...module1, serial: '11112222' },
            { ...module1, locator: 'DIMM 2', serial: '33334444' },
          ),
        ),
      },
      [
        'メモリが交換されました: Samsung M471A1K43CB1-CRC、8 GiB、製造番号 87654321、DIMM 1 → Samsung M471A1K43CB1-CRC、8 GiB、製造番号 11112222、DIMM 1',
        'メモリが増えました: Samsung M471A1K43CB1-CRC、8 GiB、製造番号 33334444、DIMM 2',
      ],
    ],
    [
      'two modules changed places: nothing came or went',
      {
        smbios: file(
          smbios(
            system,
            processor('Intel(R) Core(TM) i5-8500'),
            { ...module0, locator: 'DIMM 1' },
            { ...module1, locator: 'DIMM 0' },
          ),
        ),
      },
      [],
    ],
    [
      'the processor was exchanged',
      { smbios: file(smbios(system, processor('Intel(R) Core(TM) i7-8700'), module0, module1)) },
      ['CPUが交換されました: Intel(R) Core(TM) i5-8500、U3E1 → Intel(R) Core(TM) i7-8700、U3E1'],
    ],
    [
      'the main board was exchanged',
      {
        smbios: file(smbios({ ...system, serial: 'CN0002' }, processor('Intel(R) Core(TM) i5-8500'), module0, module1)),
      },
      ['マザーボードが交換されました: Dell Inc. 0K240Y、製造番号 CN0001 → Dell Inc. 0K240Y、製造番号 CN0002'],
    ],
    [
      'the screen is gone',
      { 'edid card0-HDMI-A-1': file('') },
      ['ディスプレイがなくなりました: EIZ EV2455 (2455)、製造番号 12345'],
    ],
    [
      'a dock was plugged in: its several functions are one dock',
      {
        usb: folder('1-2@', '1-3@', '1-3.1@'),
        'manufacturer 1-3': file('Lenovo\n'),
        'product 1-3': file('ThinkPad USB-C Dock Gen2\n'),
        'serial 1-3': file('DOCK01\n'),
        'manufacturer 1-3.1': file('Lenovo\n'),
        'product 1-3.1': file('ThinkPad USB-C Dock Audio\n'),
        'serial 1-3.1': file('DOCK01\n'),
      },
      ['ドッキングステーションが増えました: Lenovo ThinkPad USB-C Dock Audio、製造番号 DOCK01'],
    ],
    [
      'a Thunderbolt dock was plugged in',
      {
        thunderbolt: folder('domain0@', '0-0@', '0-1@'),
        'vendor_name 0-1': file('CalDigit, Inc.\n'),
        'device_name 0-1': file('TS3 Plus\n'),
        'unique_id 0-1': file('ab-cd\n'),
      },
      ['ドッキングステーションが増えました: CalDigit, Inc. TS3 Plus、製造番号 ab-cd'],
    ],
    [
      'a bridge and a container’s interface are no hardware',
      {
        links: folder('lo@', 'eth0@', 'docker0@', 'veth1@'),
        'link docker0': folder('bridge/'),
        'link veth1': folder('statistics/'),
      },
      [],
    ],
    [
      'a card that makes its address up while it searches is the same card',
      { 'addr_assign_type eth0': file('3\n'), 'address eth0': file('5a:11:22:33:44:55\n') },
      [],
    ],
  ])('%s', (_, raws: Raws, texts) => {
    const judgement = judged(raws)
    expect(judgement?.items.map(({ text }) => text.ja)).toEqual(texts)
    expect(judgement?.outcome).toBe(texts.length === 0 ? 'pass' : 'fail')
  })

  it('a finding has a key of its own that stays', () => {
    expect(judged({ disks: disks(vda, sda) })?.items.map(({ key }) => key)).toEqual(['disk:added:WD-WCC2E0000001'])
  })

  it.each([
    ['disks', lost('missing', 'lsblk'), 'ディスクの構成を読み取れません（disks: 見つかりません（lsblk））'],
    ['disks', output('{"blockdevices":[{"na'), 'ディスクの構成を読み取れません（disks の内容を読み取れません）'],
    [
      'smbios',
      lost('denied', 'EACCES'),
      'マザーボードの構成を読み取れません（smbios: 読み取る権限がありません（EACCES））',
    ],
    ['links', lost('denied', 'EACCES'), '通信機器の構成を読み取れません（links: 読み取る権限がありません（EACCES））'],
    [
      'screens',
      lost('denied', 'EACCES'),
      'ディスプレイの構成を読み取れません（screens: 読み取る権限がありません（EACCES））',
    ],
    [
      'usb',
      lost('denied', 'EACCES'),
      'ドッキングステーションの構成を読み取れません（usb: 読み取る権限がありません（EACCES））',
    ],
  ])('what was not seen is not gone: %s', (name, raw, reason) => {
    const judgement = judged({ [name]: raw })
    expect([judgement?.outcome, judgement?.items]).toEqual(['unknown', []])
    expect(judgement?.reason.ja).toContain(reason)
  })

  it('what is not there right after the start is not gone yet, what is new is new', () => {
    const raws = { uptime: file('42.50 80.10\n'), links: folder('lo@') }
    expect(judged(raws)?.outcome).toBe('unknown')
    expect(judged(raws)?.reason.ja).toContain('起動直後のため')
    expect(judged({ ...raws, disks: disks(vda, sda) })?.items.map(({ key }) => key)).toEqual([
      'disk:added:WD-WCC2E0000001',
    ])
  })

  it('a serial that the kernel states counts before udev has looked', () => {
    const early = { ...vda, name: 'vdb', serial: null }
    const raws = { disks: disks(vda, early), 'serial vdb': file('DISK2') }
    expect(judged(raws)?.items.map(({ key }) => key)).toEqual(['disk:added:DISK2'])
  })

  it('what was not seen when the baseline was taken is not new', () => {
    const baseline = accept({ ...terminal, disks: lost('timeout') })
    expect(judgeRaws(deviceHardwareChange, terminal, { baseline })?.outcome).toBe('pass')
  })

  it('one kind that cannot be read does not hide a change of another', () => {
    const judgement = judged({ usb: lost('denied'), disks: disks(vda, sda) })
    expect(judgement?.outcome).toBe('fail')
    expect(judgement?.reason.ja).toContain('ほかに確認できない項目が1件あります')
  })

  it('notebooks may come and go from screens where the policy says so', () => {
    const sections = { devices: { hardwareWatched: ['cpu', 'memory', 'disk', 'board', 'network'] } }
    expect(judged({ 'edid card0-HDMI-A-1': file('') }, sections)?.outcome).toBe('pass')
    expect(judged({}, { devices: { hardwareWatched: [] } })).toBeNull()
  })

  it('a baseline of another making is not compared', () => {
    expect(judgeRaws(deviceHardwareChange, terminal, { baseline: { parts: 'none' } })?.outcome).toBe('unknown')
  })

  it('a machine without its own table is asked of the kernel', () => {
    const raws = {
      ...terminal,
      smbios: lost('missing'),
      cpuinfo: file(
        'processor\t: 0\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC\nphysical id\t: 0\n\nprocessor\t: 1\nvendor_id\t: AuthenticAMD\nmodel name\t: AMD EPYC\nphysical id\t: 0\n',
      ),
      memory: folder('memory0/', 'memory1/', 'block_size_bytes', 'power/'),
      memoryBlock: file('8000000\n'),
    }
    expect(factsOf(deviceHardwareChange, raws)).toMatchObject({
      facts: {
        parts: expect.arrayContaining([
          { kind: 'cpu', slot: 'CPU 0', maker: 'AuthenticAMD', model: 'AMD EPYC', serial: '', bytes: 0 },
          { kind: 'memory', slot: '', maker: '', model: '', serial: '', bytes: 268435456 },
        ]),
        unread: [],
      },
    })
  })
})

describe('findChanges', () => {
  const part = (changes: Partial<HardwarePart>): HardwarePart => ({
    kind: 'memory',
    slot: '',
    maker: 'M',
    model: 'A',
    serial: '',
    bytes: 1,
    ...changes,
  })

  it.each([
    ['two alike without serials, one gone', [part({}), part({})], [part({})], ['removed']],
    ['two alike without serials, one more', [part({}), part({})], [part({}), part({}), part({})], ['added']],
    ['one of another maker, none of which states a serial', [part({})], [part({ maker: 'N' })], ['swapped']],
    ['one for another', [part({ serial: '1' })], [part({ serial: '2' })], ['swapped']],
    [
      'two for two others',
      [part({ serial: '1' }), part({ serial: '2' })],
      [part({ serial: '3' }), part({ serial: '4' })],
      ['removed', 'removed', 'added', 'added'],
    ],
    [
      'one of the same serial but another size',
      [part({ serial: '1', slot: 'a' })],
      [part({ serial: '1', slot: 'a', bytes: 2 })],
      ['swapped'],
    ],
    [
      'the same in another order',
      [part({ serial: '1' }), part({ serial: '2' })],
      [part({ serial: '2' }), part({ serial: '1' })],
      [],
    ],
  ])('%s', (_, before, after, changes) => {
    expect(findChanges(before, after).map(({ change }) => change)).toEqual(changes)
  })
})

describe('descriptions in binary', () => {
  it.each(['', 'AAAA', 'not base64', 'AgMA'])('no table in %j', (text) => {
    expect(parseSmbios(text)).toBeNull()
  })

  it('an empty slot and what makers leave unfilled', () => {
    const parts = parseSmbios(
      smbios(
        { ...system, serial: 'To be filled by O.E.M.' },
        { ...module0, megabytes: 0 },
        { ...module1, maker: 'Unknown', serial: '00000000', megabytes: 65536 },
      ),
    )
    expect(parts).toEqual([
      { kind: 'board', slot: '', maker: 'Dell Inc.', model: '0K240Y', serial: '', bytes: 0 },
      { kind: 'memory', slot: 'DIMM 1', maker: '', model: 'M471A1K43CB1-CRC', serial: '', bytes: 68719476736 },
    ])
  })

  it('a table that is cut short tells what was whole', () => {
    const whole = Buffer.from(smbios(system, module0, module1), 'base64')
    expect(parseSmbios(whole.subarray(0, whole.length - 90).toString('base64'))?.map(({ kind }) => kind)).toEqual([
      'board',
      'memory',
    ])
  })

  it.each(['', 'AAAA', Buffer.alloc(128).toString('base64')])('no screen in %j', (text) => {
    expect(parseEdid(text)).toBeNull()
  })
})

describe('device.hardware-change on Windows', () => {
  /** Win32_Processor, Win32_PhysicalMemory, Win32_BaseBoard, Win32_DiskDrive, MSFT_NetAdapter, WmiMonitorID as Microsoft Learn has them; 64-bit numbers come as text. */
  const windows: Raws = {
    cpu: rows({
      DeviceID: 'CPU0',
      Manufacturer: 'GenuineIntel',
      Name: 'Intel(R) Core(TM) i5-8500 CPU @ 3.00GHz',
      ProcessorId: 'BFEBFBFF000906EA',
      SocketDesignation: 'U3E1',
    }),
    memory: rows({
      BankLabel: 'BANK 0',
      DeviceLocator: 'ChannelA-DIMM0',
      Manufacturer: 'Samsung',
      PartNumber: 'M471A1K43CB1-CRC  ',
      SerialNumber: '12345678',
      Capacity: '8589934592',
    }),
    board: rows({ Manufacturer: 'FUJITSU', Product: 'FJNB2D5', SerialNumber: 'Default string' }),
    disk: rows({
      Model: 'SAMSUNG MZVLB256HAHQ-000H1',
      SerialNumber: '0025_3881_81B0_0001.',
      Size: '256052966400',
      InterfaceType: 'SCSI',
      MediaType: 'Fixed hard disk media',
      PNPDeviceID: 'SCSI\\DISK&VEN_NVME',
    }),
    network: rows({
      InterfaceDescription: 'Intel(R) Ethernet Connection (7) I219-LM',
      PermanentAddress: '00005E005311',
      Virtual: false,
      HardwareInterface: true,
      PnPDeviceID: 'PCI\\VEN_8086&DEV_15BB',
    }),
    monitor: rows({
      ManufacturerName: wide('EIZ'),
      ProductCodeID: wide('2455'),
      SerialNumberID: wide('12345'),
      UserFriendlyName: wide('EV2455'),
      Active: true,
    }),
    dock: rows(),
  }
  const baseline = accept(windows, 'windows')
  const judge = (raws: Raws) =>
    judgeRaws(deviceHardwareChange, { ...windows, ...raws }, { system: 'windows', baseline })
  const usbStick = {
    Model: 'BUFFALO USB Flash Disk USB Device',
    SerialNumber: '0A1B',
    Size: '8000000000',
    InterfaceType: 'USB',
    MediaType: 'Removable Media',
    PNPDeviceID: 'USBSTOR\\DISK',
  }

  it.each([
    ['nothing has changed', {}, 'pass', '機器構成（部品6点）は、基準から変わっていません'],
    [
      'a stick',
      { disk: { kind: 'query' as const, rows: [...rowsIn(windows, 'disk'), usbStick] } },
      'pass',
      '基準から変わっていません',
    ],
    [
      'a second disk',
      {
        disk: {
          kind: 'query' as const,
          rows: [
            ...rowsIn(windows, 'disk'),
            {
              ...usbStick,
              Model: 'WDC WD5000',
              InterfaceType: 'IDE',
              MediaType: 'Fixed hard disk media',
              PNPDeviceID: 'SCSI\\DISK&VEN_WDC',
            },
          ],
        },
      },
      'fail',
      'ディスクが増えました: WDC WD5000、7.5 GiB、製造番号 0A1B',
    ],
    [
      'a network adapter on USB, and the tunnel that Windows makes itself',
      {
        network: {
          kind: 'query' as const,
          rows: [
            ...rowsIn(windows, 'network'),
            {
              InterfaceDescription: 'ASIX USB to Gigabit Ethernet #2',
              PermanentAddress: '00-00-5E-00-53-22',
              Virtual: false,
              HardwareInterface: true,
              PnPDeviceID: 'USB\\VID_0B95&PID_1790',
            },
            {
              InterfaceDescription: 'WAN Miniport (IP)',
              PermanentAddress: '',
              Virtual: true,
              HardwareInterface: false,
              PnPDeviceID: 'SWD\\MSRRAS',
            },
          ],
        },
      },
      'fail',
      '通信機器が増えました: ASIX USB to Gigabit Ethernet、MAC 00:00:5e:00:53:22',
    ],
    [
      'a dock',
      {
        dock: rows({
          Name: 'ThinkPad USB-C ドック',
          Manufacturer: 'Lenovo',
          PNPDeviceID: 'USB\\VID_17EF&PID_A391\\DOCK01',
        }),
      },
      'fail',
      'ドッキングステーションが増えました: Lenovo ThinkPad USB-C ドック、製造番号 DOCK01',
    ],
    [
      'no screen describes itself',
      { monitor: lost('failed', '0x8004100c') },
      'fail',
      'ディスプレイがなくなりました: EIZ EV2455 (2455)、製造番号 12345',
    ],
    [
      'the screens cannot be asked',
      { monitor: lost('failed', '0x80041003') },
      'unknown',
      'ディスプレイの構成を読み取れません',
    ],
    [
      'WMI does not answer',
      { memory: lost('timeout', '30 s') },
      'unknown',
      'メモリの構成を読み取れません（memory: 時間内に終わりません（30 s））',
    ],
  ])('%s', (_, raws: Raws, outcome, reason) => {
    const judgement = judge(raws)
    expect(judgement?.outcome).toBe(outcome)
    expect(judgement?.reason.ja).toContain(reason)
  })
})

function rowsIn(raws: Raws, name: string) {
  const raw = raws[name]
  return raw?.kind === 'query' ? raw.rows : []
}

function wide(text: string): number[] {
  return [...text].map((one) => one.charCodeAt(0)).concat(0, 0, 0)
}

function card(name: string, mac: string): Raws {
  return {
    [`link ${name}`]: folder('device@', 'statistics/'),
    [`address ${name}`]: file(`${mac}\n`),
    [`addr_assign_type ${name}`]: file('0\n'),
    [`device/uevent ${name}`]: file('DRIVER=virtio_net\nMODALIAS=virtio:d00000001v00001AF4\n'),
    [`device/vendor ${name}`]: file('0x1af4\n'),
    [`device/device ${name}`]: file('0x0001\n'),
  }
}
