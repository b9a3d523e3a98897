import { describe, expect, it } from 'vitest'
import { netListeningPorts } from '../../src/checks/net.listening-ports.ts'
import type { Raws } from '../../src/checks/reading.ts'
import { file, judgeRaws, lost, output, readRaws, rows } from './one-check.ts'

const listening = readRaws('network/listening')
const wanted = (...listeningPorts: number[]) => ({ network: { listeningPorts } })

describe('net.listening-ports on Linux, from a namespace with five listeners', () => {
  it('asks nothing where no port is listed', () => {
    expect(judgeRaws(netListeningPorts, listening)).toBeNull()
  })

  it('names port, program and address of each that is not listed; what only the terminal itself can reach is none', () => {
    expect(judgeRaws(netListeningPorts, listening, { sections: wanted(22) })?.items).toEqual([
      {
        key: 'udp/161',
        text: {
          ja: '許可されていないポートで待ち受けています: UDP 161（python3、0.0.0.0）',
          en: 'a port listens that is not permitted: UDP 161 (python3, 0.0.0.0)',
        },
      },
      {
        key: 'tcp/9000',
        text: {
          ja: '許可されていないポートで待ち受けています: TCP 9000（python3、0.0.0.0）',
          en: 'a port listens that is not permitted: TCP 9000 (python3, 0.0.0.0)',
        },
      },
      {
        key: 'tcp/9001',
        text: {
          ja: '許可されていないポートで待ち受けています: TCP 9001（python3、::）',
          en: 'a port listens that is not permitted: TCP 9001 (python3, ::)',
        },
      },
    ])
  })

  it('passes where all are listed', () => {
    const judgement = judgeRaws(netListeningPorts, listening, { sections: wanted(22, 161, 9000, 9001) })
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual(['pass', '待受け4件は、すべて許可されたポートです'])
  })

  it('says whose it is where `ss` may not look into the program', () => {
    const raws = { ...listening, ss: output(''), passwd: file('root:x:0:0:root:/root:/bin/bash\n') }
    const judgement = judgeRaws(netListeningPorts, raws, { sections: wanted(22, 161, 9000) })
    expect(judgement?.reason.ja).toBe(
      '許可されていないポートで待ち受けています: TCP 9001（プログラム名不明・利用者 root、::）',
    )
  })

  it('goes on without names where `ss` is not installed', () => {
    const judgement = judgeRaws(
      netListeningPorts,
      { ...listening, ss: lost('missing') },
      { sections: wanted(22, 161, 9000) },
    )
    expect(judgement?.reason.ja).toBe(
      '許可されていないポートで待ち受けています: TCP 9001（プログラム名不明・利用者 0、::）',
    )
  })

  it.each(['tcp4', 'udp4', 'tcp6'])('is unknown where %s cannot be read', (name) => {
    const judgement = judgeRaws(
      netListeningPorts,
      { ...listening, [name]: lost('denied', 'EACCES') },
      { sections: wanted(22) },
    )
    expect([judgement?.outcome, judgement?.reason.ja]).toEqual([
      'unknown',
      `${name}: 読み取る権限がありません（EACCES）`,
    ])
  })
})

describe('net.listening-ports on Windows', () => {
  /** Rows of the tables `tcp` and `udp`: MIB_TCPROW_OWNER_PID, MIB_UDPROW_OWNER_PID, with the names of the programs. */
  const names: Readonly<Record<number, string>> = {
    4: 'System',
    700: 'lsass.exe',
    1000: 'svchost.exe',
    5000: '遠隔操作ツール.exe',
  }
  const tcp = (port: number, process: number, address = '0.0.0.0') => ({
    LocalAddress: address,
    LocalPort: port,
    RemoteAddress: '0.0.0.0',
    RemotePort: 0,
    State: 2,
    OwningProcess: process,
    ProcessName: names[process] ?? '',
  })
  const raws: Raws = {
    tcp: rows(
      tcp(135, 1000),
      tcp(445, 4),
      tcp(445, 4, '::'),
      tcp(49664, 700),
      tcp(49700, 5000),
      tcp(5939, 5000, '127.0.0.1'),
    ),
    udp: rows(
      { LocalAddress: '0.0.0.0', LocalPort: 68, OwningProcess: 1000, ProcessName: 'svchost.exe' },
      { LocalAddress: '0.0.0.0', LocalPort: 51234, OwningProcess: 5000, ProcessName: '遠隔操作ツール.exe' },
    ),
  }
  const keysWith = (...ports: number[]) =>
    judgeRaws(netListeningPorts, raws, { system: 'windows', sections: wanted(...ports) })?.items.map(({ key }) => key)

  it.each([
    ['endpoints of Windows’ own services go with port 135', [135, 445], ['tcp/49700']],
    ['without 135 they are ports like others', [445], ['tcp/135', 'tcp/49664', 'tcp/49700']],
  ])('%s', (_, ports, keys) => {
    expect(keysWith(...ports)).toEqual(keys)
  })

  it('names the program', () => {
    const judgement = judgeRaws(netListeningPorts, raws, { system: 'windows', sections: wanted(135, 445) })
    expect(judgement?.reason.ja).toBe(
      '許可されていないポートで待ち受けています: TCP 49700（遠隔操作ツール.exe、0.0.0.0）',
    )
  })

  it('is unknown where Windows does not answer', () => {
    const judgement = judgeRaws(
      netListeningPorts,
      { ...raws, udp: lost('timeout') },
      { system: 'windows', sections: wanted(135) },
    )
    expect(judgement?.outcome).toBe('unknown')
  })
})
