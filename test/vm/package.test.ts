import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { type StorageOptions, usbKeyboard, usbStick } from './devices.ts'
import { pressKeys, recordInput } from './input.ts'
import { installPackage } from './installation.ts'
import { createMedia } from './media.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'
import { readWatch, startWatch } from './watch.ts'

/** dpkg unpacks a hundred megabytes and starts the agent anew: minutes, on a machine that is busy beside it. */
const packageMs = 600_000
const forPackages = { timeout: 3 * packageMs } as const

type Step = (key: string) => string
const device = (key: string): string => `/sys/bus/usb/devices/${key}`
const pci = 'p=$(basename $(dirname $(readlink -f /sys/bus/usb/devices/usb1))); cd /sys/bus/pci/drivers/xhci_hcd'
const ways: readonly Readonly<{ what: string; step: Step }>[] = [
  { what: 'unbound and bound again', step: (k) => `cd /sys/bus/usb/drivers/usb; echo ${k} >unbind; echo ${k} >bind` },
  { what: 'taken its permission and given it', step: (k) => `cd ${device(k)}; echo 0 >authorized; echo 1 >authorized` },
  { what: 'set up anew', step: (k) => `cd ${device(k)}; echo 0 >bConfigurationValue; echo 1 >bConfigurationValue` },
  { what: 'reset', step: (k) => `usbreset $(printf %03d/%03d $(cat ${device(k)}/busnum ${device(k)}/devnum))` },
  { what: 'offered to the drivers', step: (k) => `echo ${k}:1.0 >/sys/bus/usb/drivers_probe` },
  { what: 'on a controller that is bound anew', step: () => `${pci}; echo $p >unbind; echo $p >bind` },
]

describeInGuest('a stick that was refused stays closed', () => {
  let terminal: Terminal
  let stick: StorageOptions
  /** The stick's name in sysfs, `2-1`. */
  let key = ''
  beforeAll(async () => {
    terminal = await Terminal.start()
    stick = { id: 'STAY1', image: createMedia(terminal.machine).disk('stay'), port: '1' }
    const mark = terminal.mark()
    await startWatch(terminal.machine)
    await terminal.machine.plug(usbStick(stick))
    const { about } = await terminal.untilLine(mark, 'its refusal', ({ kind }) => kind === 'media.refused')
    key = about.device?.key ?? ''
  })
  afterAll(() => terminal?.close())

  it.each(ways)('when it is $what', async ({ step }) => {
    expect(key).toMatch(/^\d+-\d+$/)
    await terminal.machine.must(step(key))
    await expectClosed()
  })

  it('when its driver is told to take it', async () => {
    await terminal.machine.must('modprobe usb-storage')
    const { code } = await terminal.machine.run(`echo ${key}:1.0 >/sys/bus/usb/drivers/usb-storage/bind`)
    expect(code).not.toBe(0)
    await expectClosed()
  })

  it('through an upgrade, the way back, and an upgrade from an older version', forPackages, async () => {
    const { older, current, next } = inject('packages')
    for (const file of [next, older, current]) {
      const mark = terminal.mark()
      await installPackage(terminal.machine, file)
      await terminal.untilStarted(mark)
      await expectClosed()
    }
    expect(terminal.lines().filter(({ kind }) => kind.startsWith('agent.remov'))).toEqual([])
  })

  it('when the policy wants a release before the package is removed, and there is none', async () => {
    const { machine } = terminal
    await terminal.pushPolicy({ response: { removal: 'signed-release' } })
    const mark = terminal.mark()
    const { code, stdout, stderr } = await machine.run('dpkg -r tanmori 2>&1', { timeoutMs: packageMs })
    expect([code, stdout + stderr]).toEqual([1, expect.stringContaining('monitor.always')])
    expect(await machine.must('dpkg -s tanmori')).toMatch(/^Status: \S+ ok installed$/m)
    expect(await machine.must('systemctl is-active tanmori')).toBe('active')
    await terminal.untilLine(mark, 'the refusal', ({ kind }) => kind === 'agent.removal-refused')
    await expectClosed()
    await terminal.pushPolicy()
  })

  it('when the package is removed, and the next boot does not open it', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    await machine.must('dpkg -r tanmori', { timeoutMs: packageMs })
    await terminal.untilLine(mark, 'its removal', ({ kind }) => kind === 'agent.removed')
    await expectClosed()
    await machine.reboot({ append: ['vm.watch'] })
    await machine.settled()
    await expectClosed()
    expect(await machine.must('systemctl list-units --plain --no-legend "tanmori*"')).toBe('')
    const keyboard = await machine.plug(usbKeyboard({ id: 'KBD' }))
    await terminal.untilInGuest('grep -qs Keyboard /sys/class/input/event*/device/name')
    const keys = await recordInput(machine, () => pressKeys(machine, ['a']))
    await keyboard.unplug()
    expect(keys.filter(({ type }) => type === 'key').length).toBeGreaterThan(0)
  })

  it('when the package comes back: the same terminal, which tells of it', async () => {
    const mark = terminal.mark()
    await installPackage(terminal.machine, inject('packages').current)
    await terminal.untilLine(mark, 'its refusal', ({ kind }) => kind === 'media.refused')
    await expectClosed()
    await terminal.expectWhole()
  })

  it('through sleep to RAM', async (context) => {
    const { machine } = terminal
    if (!(await machine.must('cat /sys/power/state')).includes('mem')) context.skip('this guest cannot sleep to RAM')
    await machine.suspend()
    await machine.wake()
    await expectClosed()
  })

  it(
    'when it is purged; released by an administrator first, nothing of the default deny is left',
    forPackages,
    async () => {
      const { machine } = terminal
      // update-initramfs keeps an emulated processor busy for minutes.
      const purge =
        'd=/tmp/stand-in; mkdir -p $d; ln -sf /bin/true $d/update-initramfs; PATH=$d:$PATH dpkg --purge tanmori'
      const files = '/etc/udev/rules.d/05-tanmori.rules /etc/udev/rules.d/72-tanmori.rules /etc/modprobe.d/tanmori.conf'
      await machine.must(purge, { timeoutMs: packageMs })
      await machine.must(`ls ${files} /etc/initramfs-tools/hooks/tanmori /var/lib/tanmori/journal/journal.db`)
      expect((await machine.run('ls /etc/tanmori/agent.yaml')).code).not.toBe(0)
      await expectClosed()
      const mark = terminal.mark()
      await installPackage(machine, inject('packages').current)
      await terminal.untilStarted(mark)
      await machine.must(`install -D /dev/null /etc/tanmori/release; ${purge}`, { timeoutMs: packageMs })
      const left = await machine.run(`ls ${files} /etc/initramfs-tools/hooks/tanmori /etc/tanmori/release 2>/dev/null`)
      expect(left.stdout.trim()).toBe('')
      await machine.must('ls /var/lib/tanmori/journal/journal.db')
      await installPackage(machine, inject('packages').current)
    },
  )

  /** Present, without permission and driver once all is quiet, and no node was heard of since the watch began. */
  async function expectClosed(): Promise<void> {
    const { machine } = terminal
    await terminal.untilInGuest(`[ -e ${device(key)}:1.0/authorized ]`)
    // usb-storage waits a second before it looks for disks.
    await machine.must('udevadm settle; sleep 3; udevadm settle')
    const state = `cat ${device(key)}:1.0/authorized; [ -e ${device(key)}:1.0/driver ] && echo bound; true`
    expect(await machine.must(state)).toBe('0')
    const { nodes, looks } = await readWatch(machine)
    expect(nodes).toEqual([])
    expect(looks).toBeGreaterThan(0)
  }
})
