import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { modprobeText } from '../../../../agent/platform/linux/baseline.ts'
import { formatDefaultRules, formatLateRules, neverBlockableLine } from '../../../../agent/platform/linux/rules.ts'
import { type Access, accesses, type BlockableClass, blockableClasses } from '../../../../src/policy/device.ts'
import { allClasses } from '../../../policy/classes.ts'

/** The shell script that puts rules in force, on a tree of files in place of the system. */
const script = join(import.meta.dirname, '../../../../installers/linux/tree/usr/lib/tanmori/baseline')
let root: string

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'tanmori-rules-'))
  for (const bus of ['usb1', 'usb2']) {
    put(`sys/bus/usb/devices/${bus}/interface_authorized_default`, '1\n')
    put(`sys/bus/usb/devices/${bus}/authorized_default`, '1\n')
  }
  put('sys/module/usbcore/parameters/authorized_default', '-1\n')
  put('sys/bus/mmc/drivers_autoprobe', '1\n')
  mkdirSync(join(root, 'etc/initramfs-tools'), { recursive: true })
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('the script that puts the default deny in force', () => {
  it('installs rules, parameter and hook, then has every bus deny', () => {
    ask('on', allClasses('block'))
    execFileSync(script, [root])
    expect(read('etc/udev/rules.d/05-tanmori.rules')).toBe(formatDefaultRules(allClasses('block')))
    expect(read('etc/udev/rules.d/72-tanmori.rules')).toBe(formatLateRules(allClasses('block')))
    expect(read('etc/modprobe.d/tanmori.conf')).toBe(modprobeText)
    expect(read('etc/initramfs-tools/hooks/tanmori')).toContain('05-tanmori.rules')
    expect(read('sys/module/usbcore/parameters/authorized_default')).toBe('0\n')
    expect(read('sys/bus/usb/devices/usb2/interface_authorized_default')).toBe('0\n')
    expect(read('sys/bus/mmc/drivers_autoprobe')).toBe('0\n')
  })

  it('takes all of it away again', () => {
    ask('on', allClasses('block'))
    execFileSync(script, [root])
    put('var/lib/tanmori/baseline/wanted', 'off x\n')
    execFileSync(script, [root])
    expect(existsSync(join(root, 'etc/udev/rules.d/05-tanmori.rules'))).toBe(false)
    expect(existsSync(join(root, 'etc/modprobe.d/tanmori.conf'))).toBe(false)
    expect(read('sys/bus/usb/devices/usb1/interface_authorized_default')).toBe('1\n')
    expect(read('sys/bus/mmc/drivers_autoprobe')).toBe('1\n')
  })

  it('takes every line that any policy can give', () => {
    const lines = new Set<string>()
    for (const name of blockableClasses) {
      for (const access of accesses) {
        for (const rest of accesses) {
          const classes = { ...allClasses(rest), [name]: access }
          const texts = [formatDefaultRules(classes), formatLateRules(classes), formatLateRules(classes, true)]
          for (const text of texts) {
            for (const line of text.trimEnd().split('\n')) lines.add(line)
          }
        }
      }
    }
    ask('on', allClasses('block'))
    put('var/lib/tanmori/baseline/05-tanmori.rules', `${[...lines].join('\n')}\n`)
    expect(spawnSync(script, [root], { encoding: 'utf8' }).stderr).toBe('')
  })

  it.each([
    ['a program', 'RUN+="/bin/sh -c id"', 'line 3:RUN'],
    [
      'a program in an allowed line',
      'ENV{TANMORI_HOLD}=="1", RUN+="/sbin/blockdev --setro $devnode; id"',
      'line 3:ENV',
    ],
    ['a write elsewhere', 'ATTR{[module/usbcore]parameters}="1"', 'line 3:ATTR'],
    ['an empty line', '', 'line 3:'],
  ])('refuses %s and leaves what was there', (_title, line, wanted) => {
    ask('on', allClasses('block'))
    execFileSync(script, [root])
    const lines = formatDefaultRules(allClasses('read-write')).split('\n')
    put('var/lib/tanmori/baseline/05-tanmori.rules', lines.toSpliced(2, 0, line).join('\n'))
    const result = spawnSync(script, [root], { encoding: 'utf8' })
    expect(result.status).toBe(1)
    expect(result.stderr).toContain(wanted)
    expect(read('etc/udev/rules.d/05-tanmori.rules')).toBe(formatDefaultRules(allClasses('block')))
  })

  it('refuses rules without keyboards, hubs and card readers, and closes nothing', () => {
    ask('on', allClasses('block'))
    put(
      'var/lib/tanmori/baseline/05-tanmori.rules',
      formatDefaultRules(allClasses('block')).replace(`${neverBlockableLine}\n`, ''),
    )
    const result = spawnSync(script, [root], { encoding: 'utf8' })
    expect(result.stderr).toContain('keyboards, hubs and card readers are missing')
    expect(read('sys/bus/usb/devices/usb1/interface_authorized_default')).toBe('1\n')
  })

  it('closes nothing where the rules could not be written', () => {
    ask('on', allClasses('block'))
    put('etc/udev/rules.d', 'a file in the way of the folder')
    const result = spawnSync(script, [root], { encoding: 'utf8' })
    expect(result.status).not.toBe(0)
    expect(read('sys/bus/usb/devices/usb1/interface_authorized_default')).toBe('1\n')
    expect(read('sys/module/usbcore/parameters/authorized_default')).toBe('-1\n')
  })
})

function ask(mode: string, classes: Record<BlockableClass, Access>): void {
  put('var/lib/tanmori/baseline/05-tanmori.rules', formatDefaultRules(classes))
  put('var/lib/tanmori/baseline/72-tanmori.rules', formatLateRules(classes))
  put('var/lib/tanmori/baseline/wanted', `${mode} digest\n`)
}

function put(path: string, text: string): void {
  mkdirSync(join(root, path, '..'), { recursive: true })
  writeFileSync(join(root, path), text)
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8')
}
