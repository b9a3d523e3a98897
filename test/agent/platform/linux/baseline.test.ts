import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { applyBaseline, modprobeText, observeBaseline } from '../../../../agent/platform/linux/baseline.ts'
import { formatDefaultRules, formatLateRules } from '../../../../agent/platform/linux/rules.ts'
import { allClasses } from '../../../policy/classes.ts'
import { SysfsTree } from './sysfs-tree.ts'

let tree: SysfsTree
beforeEach(() => {
  tree = new SysfsTree()
})
afterEach(() => tree.remove())

const classes = { ...allClasses('block'), printer: 'read-write', audio: 'read-write' } as const
const wanted = { mode: 'on', classes } as const

describe('the default deny', () => {
  it('asks by files in the state folder, the trigger with the time', async () => {
    await applyBaseline(deps(), wanted)
    expect(tree.read('state/baseline/wanted')).toMatch(/^on [0-9a-f]{64} 2026-11-20T09:00:00.000Z$/)
    expect(`${tree.read('state/baseline/05-tanmori.rules')}\n`).toBe(formatDefaultRules(classes))
  })

  it('is in force where rules, parameter and kernel agree', () => {
    install()
    expect(observeBaseline(deps(), wanted)).toEqual({ state: 'in-force', detail: 'rules and kernel defaults' })
  })

  it.each([
    ['a rule that somebody changed', 'etc/udev/rules.d/05-tanmori.rules', '# nothing\n', '05-tanmori.rules differs'],
    ['a rule file that is gone', 'etc/udev/rules.d/72-tanmori.rules', '', '72-tanmori.rules differs'],
    [
      'a parameter that opens',
      'sys/module/usbcore/parameters/authorized_default',
      '1\n',
      'usbcore.authorized_default is 1',
    ],
    [
      'a bus that opens',
      'sys/bus/usb/devices/usb1/interface_authorized_default',
      '1\n',
      'usb1 does not deny interfaces',
    ],
    ['cards that are bound', 'sys/bus/mmc/drivers_autoprobe', '1\n', 'SD cards are bound by themselves'],
    ['a parameter gone from modprobe.d', 'etc/modprobe.d/tanmori.conf', '', 'modprobe.d/tanmori.conf differs'],
  ])('sees %s', (_title, path, text, detail) => {
    install()
    tree.put(path, text)
    expect(observeBaseline(deps(), wanted)).toEqual({ state: 'differs', detail })
  })

  it.each([
    ['a USB disk', 'sys/devices/pci0/usb1/1-2/1-2:1.0/host6/target6:0:0/6:0:0:0/block/sda', 'USB disk'],
    ['an SD card', 'sys/devices/pci0/mmc_host/mmc0/mmc0:4567/block/mmcblk0', 'SD card'],
  ])('is not put on a machine that runs from %s', async (_title, disk, reason) => {
    tree.put(`${disk}/dev`, '8:0\n')
    tree.put('sys/devices/pci0/mmc_host/mmc0/mmc0:4567/type', 'SD\n')
    tree.link('sys/bus/mmc/devices/mmc0:4567', 'sys/devices/pci0/mmc_host/mmc0/mmc0:4567')
    // through a device-mapper layer, as an encrypted disk is
    tree.put('sys/devices/virtual/block/dm-0/dev', '253:0\n')
    tree.link('sys/devices/virtual/block/dm-0/slaves/disk', disk)
    tree.link('sys/class/block/disk', disk)
    tree.link('sys/dev/block/253:0', 'sys/devices/virtual/block/dm-0')
    tree.put('proc/self/mountinfo', '22 1 253:0 / / rw - ext4 /dev/dm-0 rw\n')
    expect(observeBaseline(deps(), wanted)).toMatchObject({
      state: 'unsupported',
      detail: expect.stringContaining(reason),
    })
    await applyBaseline(deps(), wanted)
    expect(tree.has('state/baseline/05-tanmori.rules')).toBe(false)
  })

  it('sees rules that are still there though none are wanted', () => {
    expect(observeBaseline(deps(), { mode: 'off' }).state).toBe('in-force')
    install()
    expect(observeBaseline(deps(), { mode: 'off' }).state).toBe('differs')
  })
})

function install(): void {
  tree.put('etc/udev/rules.d/05-tanmori.rules', formatDefaultRules(classes))
  tree.put('etc/udev/rules.d/72-tanmori.rules', formatLateRules(classes))
  tree.put('etc/modprobe.d/tanmori.conf', modprobeText)
  tree.put('sys/module/usbcore/parameters/authorized_default', '0\n')
  tree.put('sys/bus/mmc/drivers_autoprobe', '0\n')
}

function deps() {
  return { roots: tree.roots, stateFolder: `${tree.folder}/state`, now: () => new Date('2026-11-20T09:00:00Z') }
}
