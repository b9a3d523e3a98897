import type { Machine } from './machine.ts'

/** What became of one block node since the watch began. */
export interface SeenNode {
  readonly name: string
  /** Which sources told of it: the kernel's log, its uevents, /dev, the initrd. */
  readonly how: readonly string[]
  /** 512 bytes were read from it at least once. */
  readonly wasReadable: boolean
}

export interface WatchReport {
  readonly nodes: readonly SeenNode[]
  /** USB devices and SD cards that the kernel met, with or without a node: a medium that never arrived proves nothing. */
  readonly arrivals: number
  /** How often /dev was looked at: a watch that did not look proves nothing. */
  readonly looks: number
}

const log = '/run/vm/watch'
const early = '/run/vm/early'
const unit = 'vm-watch-now'

/** Starts watching for removable block nodes (sd, sr, mmcblk, nvme). Those that are there already count too. */
export async function startWatch(machine: Machine): Promise<void> {
  await machine.must(`systemctl stop ${unit} vm-watch 2>/dev/null; systemctl reset-failed ${unit} 2>/dev/null; rm -f ${log} ${early}
    systemd-run --quiet --unit=${unit} --property=CPUWeight=1000 perl /usr/local/lib/vm/watch.pl
    until grep -q ^tick ${log} 2>/dev/null; do sleep 0.1; done`)
}

/** What was seen since `startWatch`, or since the machine booted with `vm.watch`. Watching goes on. */
export async function readWatch(machine: Machine): Promise<WatchReport> {
  const text = await machine.must(`systemctl kill --signal=USR1 ${unit} vm-watch 2>/dev/null
    sleep 0.3; cat ${early} ${log} 2>/dev/null || true`)
  return parseWatch(text)
}

export async function stopWatch(machine: Machine): Promise<WatchReport> {
  const report = await readWatch(machine)
  await machine.run(`systemctl stop ${unit} vm-watch`)
  return report
}

/** Lines of watch.pl and of the initrd's early watch. */
export function parseWatch(text: string): WatchReport {
  const nodes = new Map<string, { readonly how: Set<string>; wasReadable: boolean }>()
  let looks = 0
  let arrivals = 0
  for (const line of text.split('\n')) {
    const [word, name = '', how = ''] = line.split(' ')
    if (word === 'arrival') arrivals += 1
    if (word === 'tick') looks = Number(name)
    if (word !== 'node' && word !== 'readable') continue
    const node = nodes.get(name) ?? { how: new Set<string>(), wasReadable: false }
    nodes.set(name, node)
    if (word === 'node' || how === 'initrd') node.how.add(how)
    if (word === 'readable') node.wasReadable = true
  }
  return {
    nodes: [...nodes].map(([name, { how, wasReadable }]) => ({ name, how: [...how], wasReadable })),
    arrivals,
    looks,
  }
}
