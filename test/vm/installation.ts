import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { type CenterState, HostCenter } from './host-center.ts'
import { archiveFolder } from './initrd.ts'
import { guestShare, type Machine, startMachine } from './machine.ts'
import { Terminal } from './terminal.ts'

/** A guest's root disk with the package installed and enrolled, the center that knows it, and what its initrd gains. */
export type Installation = Readonly<{ disk: string; initrdExtra: string; terminalId: string; center: CenterState }>

const slowMs = 600_000
const extraName = 'initrd-extra'

/** As an administrator installs a terminal: dpkg, enrolment, and the policy comes from the center. */
export async function install(folder: string, packageFile: string, state: CenterState): Promise<Installation> {
  const center = HostCenter.create(state)
  let machine: Machine | null = null
  try {
    await center.start()
    machine = await startMachine()
    await machine.settled()
    await installPackage(machine, packageFile)
    const made = await machine.must(`tanmori enrol ${await center.createToken()} --json`, { timeoutMs: slowMs })
    const { terminalId } = z.object({ terminalId: z.string() }).parse(JSON.parse(made))
    await machine.must('systemctl restart tanmori')
    const terminal = new Terminal(machine, center, terminalId)
    await terminal.pushPolicy()
    const initrdExtra = await makeInitrdExtra(machine, join(folder, `${extraName}.cpio`))
    const disk = join(folder, 'installed.qcow2')
    await machine.saveDisk(disk)
    return { disk, initrdExtra, terminalId, center: await center.saveState(join(folder, 'enrolled')) }
  } finally {
    await machine?.close()
    await center.close()
  }
}

/** By dpkg, from the folder that host and guest share. */
export async function installPackage(machine: Machine, file: string): Promise<void> {
  copyFileSync(file, join(machine.share, 'tanmori.deb'))
  await machine.must(`${withoutInitramfs}; dpkg -i ${guestShare}/tanmori.deb`, { timeoutMs: slowMs })
}

/** update-initramfs keeps an emulated processor busy for minutes; what it would do comes by `makeInitrdExtra`. */
const withoutInitramfs = `d=/etc/systemd/system/tanmori-initramfs.service.d; mkdir -p $d
  printf '[Service]\\nExecStart=\\nExecStart=/bin/true\\n' >$d/none.conf; systemctl daemon-reload`

/**
 * The archive that carries into the initrd what update-initramfs would put there: the package's own hook makes it. Only
 * its settings: the initrd has a blockdev, as one of busybox's links, which are one file: laid over, all would change.
 */
async function makeInitrdExtra(machine: Machine, archive: string): Promise<string> {
  await machine.must(`cd /tmp && mkdir extra && DESTDIR=/tmp/extra verbose=n /etc/initramfs-tools/hooks/tanmori
    mkdir ${guestShare}/${extraName} && tar -C extra -c etc usr/lib/udev | tar -x -C ${guestShare}/${extraName}`)
  archiveFolder(join(machine.share, extraName), archive)
  return archive
}
