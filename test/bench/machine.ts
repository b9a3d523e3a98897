import { existsSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'

/** What the numbers were measured on. */
export function describeMachine(): Readonly<Record<string, string>> {
  return {
    processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores`,
    memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
    kernel: `Linux ${release()}`,
    node: process.version,
    virtualised: judgeVirtualised(),
    'load before': loadavg()
      .map((load) => load.toFixed(1))
      .join(' '),
  }
}

function judgeVirtualised(): string {
  const isGuest = /^flags\s*:.*\bhypervisor\b/m.test(readFileSync('/proc/cpuinfo', 'utf8'))
  const inContainer = existsSync('/.dockerenv') || existsSync('/run/.containerenv')
  const product = existsSync('/sys/class/dmi/id/product_name')
    ? ` (${readFileSync('/sys/class/dmi/id/product_name', 'utf8').trim()})`
    : ''
  return `${isGuest ? `yes${product}` : 'no'}${inContainer ? ', in a container' : ''}; KVM ${existsSync('/dev/kvm') ? 'yes' : 'no'}`
}
