import { join } from 'node:path'

export interface Hardware {
  readonly cpus: number
  readonly memoryMiB: number
}

export interface BootFiles {
  readonly kernel: string
  readonly initrd: string
  readonly append: readonly string[]
}

/** Where one machine keeps what it has: all in its own folder. */
export function machinePaths(folder: string) {
  return {
    overlay: join(folder, 'root.qcow2'),
    share: join(folder, 'share'),
    initrd: join(folder, 'initrd.img'),
    console: join(folder, 'console.log'),
    qmp: join(folder, 'qmp.sock'),
    agent: join(folder, 'agent.sock'),
  } as const
}

/** Names of QEMU buses and slots that devices go to. */
export const buses = { usb: 'usb.0', pciSlots: ['slot0', 'slot1'], sdCard: 'sdcard' } as const

const kernelParameters = [
  'root=/dev/vda',
  'rw',
  'console=ttyS0',
  'loglevel=6',
  'panic=5',
  'net.ifnames=0',
  'systemd.show_status=false',
  // Only speed: without them the emulated processor spends its time on guarding against speculation, and reads its clock slowly.
  'mitigations=off',
  'tsc=reliable',
] as const

/**
 * A PC with USB 3, an empty SD slot, two free PCI Express slots and the host at 10.0.2.2. No SATA and no PS/2: every sd node
 * and every keyboard in the guest is one that a test has plugged in. It starts stopped, and ends instead of resetting.
 */
export function qemuArguments(folder: string, hardware: Hardware, boot: BootFiles): readonly string[] {
  const paths = machinePaths(folder)
  return [
    ['-nodefaults', '-no-user-config', '-display', 'none', '-vga', 'none', '-S', '-no-reboot'],
    ['-machine', 'q35,sata=off,i8042=off,vmport=off,dump-guest-core=off', '-accel', 'tcg,thread=multi', '-cpu', 'max'],
    ['-smp', String(hardware.cpus), '-m', `${hardware.memoryMiB}M`],
    ['-kernel', boot.kernel, '-initrd', boot.initrd, '-append', [...kernelParameters, ...boot.append].join(' ')],
    ['-chardev', `file,id=console,path=${paths.console},append=on`, '-serial', 'chardev:console'],
    ['-qmp', `unix:${paths.qmp},server=on,wait=off`],
    ['-drive', `if=none,id=root,format=qcow2,file=${paths.overlay}`, '-device', 'virtio-blk-pci,drive=root'],
    ['-device', 'virtio-rng-pci'],
    ['-device', 'virtio-serial-pci', '-chardev', `socket,id=agent,path=${paths.agent},server=on,wait=off`],
    ['-device', 'virtserialport,chardev=agent,name=tanmori'],
    ['-virtfs', `local,path=${paths.share},mount_tag=host,security_model=none,multidevs=remap`],
    ['-netdev', 'user,id=net', '-device', 'virtio-net-pci,netdev=net,romfile='],
    ['-device', 'qemu-xhci,id=usb,p2=15,p3=15'],
    ['-device', 'sdhci-pci', '-drive', 'if=none,id=sdslot', '-device', `sd-card,id=${buses.sdCard},drive=sdslot`],
    ...buses.pciSlots.map((id, index) => ['-device', `pcie-root-port,id=${id},chassis=${index + 1},slot=${index + 1}`]),
  ].flat()
}
