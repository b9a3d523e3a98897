import { explainFailure, isMissing, known, outputOf, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { createProgram, maxPrograms, type Program } from './software.ts'

/** dpkg-query's own form of a field, which looks like a template's. */
const dpkgFields = ['db:Status-Abbrev', 'Package', 'Version', 'Maintainer'].map((field) => `\${${field}}`)
const rpmFields = ['%{NAME}', '%{EPOCHNUM}:%{VERSION}-%{RELEASE}', '%{VENDOR}']

export const linuxProgramReadings: Readings = {
  dpkg: { kind: 'command', program: 'dpkg-query', args: ['-W', '-f', `${dpkgFields.join('\\t')}\\n`] },
  rpm: { kind: 'command', program: 'rpm', args: ['-qa', '--qf', `${rpmFields.join('\\t')}\\n`] },
}

/** Installed packages. A machine can have both tools (alien); what either lists is there. */
export function parseLinuxPrograms(raws: Raws): Parsed<readonly Program[]> {
  const [dpkg, rpm] = [outputOf(raws, 'dpkg'), outputOf(raws, 'rpm')]
  if (dpkg === null && !isMissing(raws, 'dpkg')) return unreadable(explainFailure(raws, 'dpkg'))
  if (rpm === null && !isMissing(raws, 'rpm')) return unreadable(explainFailure(raws, 'rpm'))
  if (dpkg === null && rpm === null) return unreadable(noManager)
  const programs = [...parseDpkg(dpkg ?? ''), ...parseRpm(rpm ?? '')]
  // No system is without packages: what was read was not understood.
  if (programs.length === 0) return unreadable(explainFailure(raws, dpkg === null ? 'rpm' : 'dpkg'))
  return known(programs.slice(0, maxPrograms))
}

/** Output of dpkg-query; the second letter of the state is what is so: `i` installed, `t` and `W` waiting for triggers. */
export function parseDpkg(output: string): readonly Program[] {
  return output.split('\n').flatMap((line) => {
    const [state = '', name = '', version = '', maintainer = ''] = line.split('\t')
    if (!/^.[itW]/.test(state) || name === '') return []
    return [createProgram(name, version, maintainer.replace(/ *<[^>]*>$/, ''))]
  })
}

function parseRpm(output: string): readonly Program[] {
  return output.split('\n').flatMap((line) => {
    const [name = '', version = '', vendor = ''] = line.split('\t')
    // Keys that signatures are checked with are listed as packages of this name.
    if (name === '' || name === 'gpg-pubkey') return []
    return [createProgram(name, version.replace(/^0:/, ''), vendor === '(none)' ? '' : vendor)]
  })
}

const noManager = {
  ja: 'パッケージ管理（dpkg・rpm）がないため、インストールされているソフトウェアを調べられません',
  en: 'There is no package manager (dpkg, rpm) to list what is installed',
}
