/** Boots the guest with nothing installed, plugs in one of everything, and prints what the guest made of it. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { composite, controllerOff, pressOnComposite } from './composite.ts'
import type { Device } from './device.ts'
import * as devices from './devices.ts'
import { archiveFolder } from './initrd.ts'
import { movePointer, pressKeys, recordInput } from './input.ts'
import { guestShare, startMachine } from './machine.ts'
import { writeCdImage, writeFatDisk } from './media-files.ts'
import { runTrials } from './trials.ts'
import { readWatch, startWatch } from './watch.ts'

const startedAt = Date.now()

const machine = await startMachine({ keepFolder: process.argv.includes('--keep') })
try {
  say(`first answer; ${machine.folder}`)
  say(`services: ${await machine.settled()}, failed: ${await machine.must('systemctl --failed --plain --no-legend')}`)
  await machine.must(`echo shared >${guestShare}/note`)
  say(`a file from the guest: ${readFileSync(join(machine.share, 'note'), 'utf8').trim()}`)
  const images = makeImages()
  await plugEach(oneOfEach(images))
  const stick = devices.usbStick({ id: 'again', image: images.stick })
  say(`trials: ${JSON.stringify(await runTrials(machine, stick, { trials: 3 }))}`)
  await plugTogether('hub with a stick', [
    devices.usbHub({ id: 'hub', port: '4' }),
    devices.usbStick({ id: 'behind', image: images.stick, port: '4.1' }),
  ])
  await plugTogether('late controller with a stick', [
    devices.usbController({ id: 'late' }),
    devices.usbStick({ id: 'onlate', image: images.stick, bus: 'late.0' }),
  ])
  await compositeTypes()
  await boots(devices.usbStick({ id: 'atboot', image: images.stick }))
} finally {
  await machine.close()
}

function say(line: string): void {
  process.stdout.write(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(7)} s  ${line}\n`)
}

function makeImages() {
  const path = (name: string): string => join(machine.folder, name)
  const content = { label: 'SMOKE', files: { 'note.txt': 'hello' } }
  const images = { stick: path('stick.img'), uas: path('uas.img'), card: path('card.img'), disc: path('disc.iso') }
  for (const image of [images.stick, images.uas, images.card]) writeFatDisk(image, content)
  writeCdImage(images.disc, content)
  mkdirSync(path('phone'))
  writeFileSync(join(path('phone'), 'photo.txt'), 'hello')
  return { ...images, phone: path('phone') }
}

function oneOfEach(images: ReturnType<typeof makeImages>): readonly Device[] {
  return [
    devices.usbStick({ id: 'stick', image: images.stick }),
    devices.uasDisk({ id: 'uas', image: images.uas }),
    devices.sdCard({ id: 'card', image: images.card }),
    devices.usbOptical({ id: 'disc', image: images.disc }),
    devices.mtpPhone({ id: 'phone', folder: images.phone }),
    devices.usbNetwork({ id: 'adapter' }),
    devices.usbKeyboard({ id: 'keys' }),
    devices.usbMouse({ id: 'mouse' }),
    devices.usbTablet({ id: 'tablet' }),
    devices.smartCardReader({ id: 'reader' }),
  ]
}

async function plugEach(each: readonly Device[]): Promise<void> {
  for (const device of each) {
    await plugTogether(device.kind, [device], async () => {
      if (device.kind === 'mtp phone') say(`    mtp-files: ${await machine.must('mtp-files 2>&1 | grep -c photo.txt')}`)
      if (device.kind === 'keyboard') await showInput(() => pressKeys(machine, ['a', 'b']))
      if (device.kind === 'mouse') await showInput(() => movePointer(machine, 'rel'))
      if (device.kind === 'tablet') await showInput(() => movePointer(machine, 'abs'))
    })
  }
}

async function plugTogether(title: string, each: readonly Device[], use?: () => Promise<void>): Promise<void> {
  await startWatch(machine)
  const before = await inventory()
  for (const device of each) await machine.plug(device)
  await machine.must('sleep 4; udevadm settle')
  const after = await inventory()
  say(`${title}: new ${after.filter((line) => !before.includes(line)).join(', ') || 'NOTHING'}`)
  await use?.()
  for (const device of each.toReversed()) await machine.unplug(device)
  await machine.must('sleep 1; udevadm settle')
  const left = (await inventory()).filter((line) => !before.includes(line))
  say(`    watch: ${JSON.stringify(await readWatch(machine))}; left behind: ${left.join(', ') || 'nothing'}`)
}

async function inventory(): Promise<readonly string[]> {
  const text = await machine.must(
    `for d in /sys/bus/usb/devices/*:*; do echo "usb $(cat $d/bInterfaceClass)/$(basename $(readlink $d/driver || echo none)) \${d##*/}"; done
    cd /sys/class/block && printf 'block %s\\n' *; cd /sys/class/net && printf 'net %s\\n' *; cat /sys/class/input/event*/device/name | sed 's/^/input /'`,
  )
  return text.split('\n')
}

async function showInput(act: () => Promise<unknown>): Promise<void> {
  const events = await recordInput(machine, act)
  say(`    input: ${events.map(({ device, type, code, value }) => `${device} ${type} ${code}=${value}`).join(', ')}`)
}

async function compositeTypes(): Promise<void> {
  await plugTogether('composite', [composite({ id: 'BOTH1', functions: ['storage', 'keyboard'] })], () =>
    showInput(() => machine.must(pressOnComposite(4))),
  )
  await machine.must(controllerOff)
}

async function boots(stick: Device): Promise<void> {
  await machine.suspend()
  await machine.plug(stick)
  await machine.wake()
  say(`plugged in while asleep: ${await machine.must('sleep 4; ls /dev/sd*; dmesg | grep -c "suspend exit"')}`)
  await machine.must('echo kept >/root/kept; sync')
  const extra = join(machine.folder, 'extra')
  mkdirSync(extra)
  writeFileSync(join(extra, 'smoke-was-here'), 'yes')
  archiveFolder(extra, `${extra}.cpio`)
  await machine.reboot({ append: ['vm.watch'], initrdExtras: [`${extra}.cpio`] })
  say('rebooted with the stick in: first answer')
  say(`    services: ${await machine.settled()}; kept: ${await machine.must('cat /root/kept')}`)
  say(`    watch: ${JSON.stringify(await readWatch(machine))}`)
  await machine.must('echo lost? >/root/unsynced')
  await machine.cutPower()
  await machine.powerOn({ append: [], initrdExtras: [] })
  say('power cut, on again: first answer')
  say(`    services: ${await machine.settled()}; kept: ${await machine.must('cat /root/kept')}`)
  const updated = await machine.run('update-initramfs -u', { timeoutMs: 1_800_000 })
  say(`update-initramfs in the guest: code ${updated.code} ${updated.stderr}`)
  await machine.reboot({ initrd: 'from-guest' })
  say('rebooted from the guest’s own initrd: first answer')
  await machine.shutdown()
  say('shut down')
}
