import { describe, expect, it } from 'vitest'
import type { ScanFile } from '../../../../agent/platform/scan-files.ts'
import { createDefender, judgeEnd, type ProgramEnd } from '../../../../agent/platform/windows/defender.ts'
import type { RegistryValue } from '../../../../agent/platform/windows/win32/registry.ts'

const listed = { files: 3, bytes: 300, infected: [], problems: [] }
const eicar = [
  'Scan starting...',
  'Scan finished.',
  'Scanning E:\\ found 2 threats.',
  '',
  '<===========================LIST OF DETECTED THREATS==========================>',
  '----------------------------- Threat information ------------------------------',
  'Threat                  : Virus:DOS/EICAR_Test_File',
  'Resources               : 2 total',
  '    file                : E:\\申請\\eicar.com',
  '    file                : E:\\old.zip->eicar.com',
  '-------------------------------------------------------------------------------',
  'Threat                  : Trojan:Win32/Wacatac.B!ml',
  'Resources               : 1 total',
  '    file                : E:\\run.exe',
].join('\r\n')

describe('the end of a scan', () => {
  it('is clean where nothing was found', () => {
    expect(judgeEnd({ text: 'Scan finished.\r\nScanning E:\\ found no threats.', code: 0 }, 'E:\\', listed)).toEqual(
      listed,
    )
  })

  it('names what was found and where, in archives too', () => {
    expect(judgeEnd({ text: eicar, code: 2 }, 'E:\\', listed).infected).toEqual([
      { path: '申請\\eicar.com', signature: 'Virus:DOS/EICAR_Test_File' },
      { path: 'old.zip->eicar.com', signature: 'Virus:DOS/EICAR_Test_File' },
      { path: 'run.exe', signature: 'Trojan:Win32/Wacatac.B!ml' },
    ])
  })

  it('is the same in any language: only names of malware are read', () => {
    const japanese = eicar.replace(/^Threat {18}/gm, '脅威                    ').replace(/Resources/g, 'リソース')
    expect(judgeEnd({ text: japanese, code: 2 }, 'E:\\', listed).infected.length).toBe(3)
  })

  it('counts malware whose place is not told', () => {
    const text = 'Threat                  : Virus:DOS/EICAR_Test_File'
    expect(judgeEnd({ text, code: 2 }, 'E:\\', listed).infected).toEqual([
      { path: '', signature: 'Virus:DOS/EICAR_Test_File' },
    ])
  })

  it('is malware though the program ends as if all were well', () => {
    expect(judgeEnd({ text: eicar, code: 0 }, 'E:\\', listed).infected.length).toBe(3)
  })

  it.each<readonly [string, ProgramEnd, string]>([
    [
      'an error has its code',
      { text: 'CmdTool: Failed with hr = 0x80508023. Check C:\\Windows\\TEMP\\MpCmdRun.log', code: 2 },
      'failed',
    ],
    ['an error that ends with 0', { text: 'CmdTool: Failed with hr = 0x800106ba.', code: 0 }, 'failed'],
    ['2 and nothing said', { text: '', code: 2 }, 'failed'],
    ['another code', { text: '', code: 1 }, 'failed'],
    ['no end in time', { failure: 'timeout', detail: '' }, 'timeout'],
    ['no start', { failure: 'failed', detail: '' }, 'failed'],
  ])('is never clean: %s', (_name, end, why) => {
    expect(judgeEnd(end, 'E:\\', listed)).toMatchObject({ infected: [], problems: [{ path: '', why }] })
  })
})

describe('Defender', () => {
  it('is described by its engine and patterns', async () => {
    expect(await create(installed).describe()).toEqual({
      engine: 'Microsoft Defender 1.1.24050.5',
      database: '1.413.102.0',
    })
  })

  it.each([
    ['is not installed', { InstallLocation: null }],
    ['has no patterns yet', { AVSignatureVersion: null }],
    ['is switched off by policy', { DisableAntiSpyware: 1 }],
  ])('scans nothing where it %s', async (_name, change) => {
    expect(await create({ ...installed, ...change }).describe()).toBeNull()
  })

  it('is run without a shell, takes no exclusions and leaves the medium as it is', async () => {
    const commands: (readonly string[])[] = []
    const scanner = create(installed, async (command) => {
      commands.push(command)
      return { text: '', code: 0 }
    })
    const scan = await scanner.scan('E:\\', new AbortController().signal)
    expect(commands).toEqual([
      [
        'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24050.7-0\\MpCmdRun.exe',
        ...['-Scan', '-ScanType', '3', '-File', 'E:\\', '-DisableRemediation'],
      ],
    ])
    expect(scan).toEqual({ files: 2, bytes: 30, infected: [], problems: [{ path: 'locked.xls', why: 'unreadable' }] })
  })

  it('is refused where it is not there', async () => {
    const scanner = create({ ...installed, InstallLocation: null })
    await expect(scanner.scan('E:\\', new AbortController().signal)).rejects.toThrow(/no MpCmdRun/)
  })

  it('comes to no end that is taken for one', async () => {
    const scan = await create(installed).scan('E:\\', AbortSignal.abort())
    expect(scan.problems.map(({ why }) => why)).toContain('timeout')
  })
})

type Run = (command: readonly string[]) => Promise<ProgramEnd>
type Facts = Readonly<Record<string, string | number | null>>

const installed: Facts = {
  InstallLocation: 'C:\\ProgramData\\Microsoft\\Windows Defender\\Platform\\4.18.24050.7-0\\',
  EngineVersion: '1.1.24050.5',
  AVSignatureVersion: '1.413.102.0',
}

function create(facts: Facts, run: Run = async () => ({ text: '', code: 0 })) {
  return createDefender({ registry: { readValue: (_path, name) => factValue(facts[name]) }, run, listFiles })
}

async function* listFiles(): AsyncGenerator<ScanFile> {
  yield { path: 'E:\\a.doc', size: 10 }
  yield { path: 'E:\\b.doc', size: 20 }
  yield { path: 'E:\\locked.xls', why: 'unreadable' }
}

function factValue(fact: string | number | null | undefined): RegistryValue | null {
  if (typeof fact === 'string') return { type: 'string', data: fact }
  return typeof fact === 'number' ? { type: 'dword', data: fact } : null
}
