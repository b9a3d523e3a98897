import { execFileSync } from 'node:child_process'
import { hash } from 'node:crypto'
import { chmodSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parsePackageList } from '../../agent/platform/windows/own-files.ts'
import { wantedServiceConfig } from '../../agent/platform/windows/service-config.ts'
import { buildDeb, buildRpm } from '../../installers/linux/package.ts'
import { checksums, createSign } from '../../installers/package/sign.ts'
import { guidOf } from '../../installers/windows/beside.ts'
import { buildMsi } from '../../installers/windows/msi.ts'
import { texts } from '../../installers/windows/tables.ts'

const root = join(import.meta.dirname, '../..')
const hasTools = ['rpmbuild', 'rpm', 'wixl', 'msibuild', 'dpkg-deb'].every((name) => isThere(name))
const version = '0.1.7'

/** With executables of a few bytes: what is in the packages, not what runs. */
describe.skipIf(!hasTools)('the packages', () => {
  let folder: string
  let executables: string
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-packages-'))
    executables = join(folder, 'dist')
    for (const place of ['native', 'policies/baseline', 'web']) mkdirSync(join(executables, place), { recursive: true })
    for (const name of ['tanmori', 'tanmori-center']) write(name, '#!/bin/sh\nexit 0\n')
    for (const name of ['tanmori.exe', 'native/koffi.node', 'policies/baseline/mynumber.yaml', 'web/index.html']) {
      write(name, name)
    }
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.each(['tanmori', 'tanmori-center'] as const)(
    '%s: the version is in .deb and .rpm, and the tree is the same',
    (name) => {
      const request = { root, version, name, executables, output: folder }
      const deb = buildDeb(request)
      const rpm = buildRpm(request)
      expect(deb.endsWith(`${name}_${version}_amd64.deb`) && rpm.endsWith(`${name}-${version}.x86_64.rpm`)).toBe(true)
      expect(out('dpkg-deb', ['-f', deb, 'Package', 'Version', 'Architecture'])).toBe(
        `Package: ${name}\nVersion: ${version}\nArchitecture: amd64`,
      )
      expect(out('rpm', ['-qp', '--qf', '%{NAME} %{VERSION} %{ARCH}', rpm])).toBe(`${name} ${version} x86_64`)
      const inDeb = out('dpkg-deb', ['-c', deb])
        .split('\n')
        .filter((line) => !line.startsWith('d'))
        .map((line) => (/ \.(\/\S+)/.exec(line) ?? [])[1] ?? line)
      const inRpm = out('rpm', ['-qp', '--qf', '[%{FILEMODES:perms} %{FILENAMES}\n]', rpm])
        .split('\n')
        .filter((line) => !line.startsWith('d'))
        .map((line) => line.split(' ')[1] ?? line)
      expect(inRpm.sort()).toEqual(inDeb.sort())
    },
  )

  it('settings are kept by both package managers', () => {
    const request = { root, version, executables, output: folder }
    const settings = '/etc/tanmori/agent.yaml'
    expect(out('rpm', ['-qpc', buildRpm(request)])).toBe(settings)
    expect(out('rpm', ['-qp', '--qf', '[%{FILEFLAGS:fflags} %{FILENAMES}\n]', buildRpm(request)])).toContain(
      `cn ${settings}`,
    )
    expect(out('dpkg-deb', ['-I', buildDeb(request), 'conffiles'])).toBe(settings)
  })

  it('the scripts of the .rpm are those of the .deb, told what happens in its words', () => {
    const scripts = out('rpm', ['-qp', '--scripts', buildRpm({ root, version, executables, output: folder })])
    for (const script of ['postinst', 'prerm', 'postrm']) {
      const body = readFileSync(join(root, 'installers/linux/debian', script), 'utf8').replace(/^#!.*\n/, '')
      expect(scripts).toContain(body.trim())
    }
    expect(scripts).toContain('package check-removal --removing --by "$by"')
    expect(scripts).toMatch(/preuninstall[\s\S]*\[ "\$1" = 0 \] \|\| exit 0\nset -- remove/)
  })

  it('the MSI has the version, its texts in Japanese, and what wixl cannot say', () => {
    const msi = buildMsi({ root, version, executables, output: folder })
    const table = (name: string) => out('msiinfo', ['export', msi, name])
    const properties = new Map(
      table('Property')
        .split('\n')
        .map((line) => [line.split('\t')[0] ?? '', line.split('\t')[1]?.trim() ?? ''] as const),
    )
    expect(properties.get('ProductVersion')).toBe(version)
    expect(properties.get('ProductName')).toBe('端守 Tanmori')
    expect(properties.get('MsiHiddenProperties')).toBe('TOKEN')
    expect(properties.get('SecureCustomProperties')?.split(';')).toEqual(
      expect.arrayContaining(['CENTER', 'GROUP', 'PURGE', 'RELEASE', 'TOKEN', 'TOKENFILE', 'ZONE']),
    )
    expect(table('_ForceCodepage')).toContain('932')
    expect(table('File')).toMatch(new RegExp(`AgentExe\\t.*\\t${version}\\.0\\t`))
    expect(table('ServiceInstall')).toContain('\tTanmori\t端守 Tanmori\t16\t2\t')
    expect(table('MsiLockPermissionsEx')).toContain('O:SYG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)')
    expect(table('MsiServiceConfigFailureActions')).toContain('1[~]1[~]1\t1000[~]5000[~]60000')
    expect(table('Error')).toContain(texts.actionFailed)
    expect(out('msiinfo', ['suminfo', msi])).toContain('Template: x64;1041')
  })

  it('the MSI brings the digests of all that it installs, for the agent to hold itself against', () => {
    const msi = buildMsi({ root, version, executables, output: folder })
    const unpacked = join(folder, 'unpacked')
    out('msiextract', ['-C', unpacked, msi])
    const [listFile = ''] = globSync(join(unpacked, '**/files.sha256'))
    const listed = parsePackageList(readFileSync(listFile, 'utf8'))
    const installed = globSync(join(dirname(listFile), '**/*'), { withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name !== 'files.sha256')
      .map((entry) => join(entry.parentPath, entry.name))
    expect([...listed.keys()].sort()).toEqual(
      installed.map((path) => relative(dirname(listFile), path).toLowerCase()).sort(),
    )
    for (const path of installed) {
      const name = relative(dirname(listFile), path).toLowerCase()
      expect([name, hash('sha256', readFileSync(path))]).toEqual([name, listed.get(name)])
    }
  })

  it('the custom actions run in the transaction, and the token is on none of their logged lines', () => {
    const msi = buildMsi({ root, version, executables, output: folder })
    const sequence = new Map(
      out('msiinfo', ['export', msi, 'InstallExecuteSequence'])
        .split('\n')
        .map((line) => line.trim().split('\t'))
        .map((cells) => [cells[0] ?? '', Number(cells.at(-1))] as const),
    )
    const ordered = [
      'InstallInitialize',
      'RemoveExistingProducts',
      'CheckRemoval',
      'StopServices',
      'TakeAway',
      'RemoveFiles',
      'InstallFiles',
      'InstallServices',
      'Harden',
      'SetUp',
      'StartServices',
      'InstallFinalize',
    ]
    const checks = out('msiinfo', ['export', msi, 'CustomAction'])
      .split('\n')
      .find((line) => line.startsWith('CheckRemoval'))
    expect(checks).toContain('package check-removal --removing --by "[LogonUser]" --release "[RELEASE]"')
    const numbers = ordered.map((action) => sequence.get(action) ?? Number.NaN)
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b))
    const actions = out('msiinfo', ['export', msi, 'CustomAction'])
    const withToken = actions.split('\n').filter((line) => line.includes('[TOKEN]'))
    const hidesTarget = 0x2000
    expect(withToken.map((line) => Number(line.split('\t')[1]) & hidesTarget)).toEqual([hidesTarget])
  })

  it.each(['1.2', '1.2.3-rc1', '256.0.0', '1.2.65536'])('an MSI cannot have the version %s', (bad) => {
    expect(() => buildMsi({ root, version: bad, executables, output: folder })).toThrow(`came ${bad}`)
  })

  it('is signed in place by the program that is named, and one that fails ends the build', () => {
    const file = join(folder, 'x.msi')
    writeFileSync(file, 'x')
    const signer = write('sign.sh', '#!/bin/sh\nprintf signed >>"$1"\n')
    createSign(signer)?.(file)
    expect(readFileSync(file, 'utf8')).toBe('xsigned')
    expect(() => createSign(write('bad.sh', '#!/bin/sh\nexit 1\n'))?.(file)).toThrow('did not sign')
    expect(createSign('')).toBeNull()
    expect(createSign(undefined)).toBeNull()
  })

  it('has sums that sha256sum takes', () => {
    writeFileSync(join(folder, 'a.deb'), 'a')
    const sums = checksums([{ name: 'a.deb', path: join(folder, 'a.deb') }])
    writeFileSync(join(folder, 'SHA256SUMS'), sums)
    expect(out('sha256sum', ['-c', 'SHA256SUMS'], folder)).toBe('a.deb: OK')
  })

  function write(name: string, content: string): string {
    const file = join(executables, name)
    writeFileSync(file, content)
    chmodSync(file, 0o755)
    return file
  }
})

describe('what every build of the MSI says alike', () => {
  it('the service is described as the agent describes it at each start', () => {
    const wanted = wantedServiceConfig('x')
    expect([texts.service, texts.serviceDescription]).toEqual([wanted.displayName, wanted.description])
  })

  it('a component is known by its path', () => {
    expect(guidOf('component/native')).toBe(guidOf('component/native'))
    expect(guidOf('component/native')).not.toBe(guidOf('component/policies'))
    expect(guidOf('x')).toMatch(/^[0-9A-F]{8}-[0-9A-F]{4}-5[0-9A-F]{3}-A[0-9A-F]{3}-[0-9A-F]{12}$/)
  })
})

function out(program: string, args: readonly string[], cwd?: string): string {
  return execFileSync(program, args, { encoding: 'utf8', cwd, env: { ...process.env, LC_ALL: 'C.UTF-8' } }).trim()
}

function isThere(program: string): boolean {
  try {
    execFileSync('sh', ['-c', 'command -v "$1"', 'sh', program], { stdio: 'ignore' })
    return true
  } catch {
    return false // not on this machine
  }
}
