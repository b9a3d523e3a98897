import { createHash } from 'node:crypto'
import { hostname, release } from 'node:os'
import { join } from 'node:path'
import type { Machine } from '../platform.ts'
import type { LinuxRoots } from './roots.ts'
import { readAttribute, readSmallFile } from './sysfs.ts'

const stableFacts = ['sys_vendor', 'product_name', 'product_uuid', 'product_serial', 'board_serial'] as const
const maxOsReleaseBytes = 16_384

export function readMachine(roots: LinuxRoots): Machine {
  return {
    hostname: hostname().slice(0, 255),
    os: `${readOsName(roots)} (Linux ${release()})`.slice(0, 200),
    bootId: readAttribute(join(roots.proc, 'sys/kernel/random/boot_id')) ?? 'unknown',
    hardware: createHash('sha256').update(readHardware(roots)).digest('hex'),
  }
}

/** DMI states a unit's own identity; where a machine has none, the installation's id must do, which a copied disk shares. */
function readHardware(roots: LinuxRoots): string {
  const facts = stableFacts.map((name) => readAttribute(join(roots.sys, 'class/dmi/id', name)) ?? '')
  if (facts.slice(2).some((fact) => fact !== '')) return JSON.stringify(facts)
  return JSON.stringify([...facts, readAttribute(join(roots.etc, 'machine-id')) ?? ''])
}

function readOsName(roots: LinuxRoots): string {
  const text = readSmallFile(join(roots.etc, 'os-release'), maxOsReleaseBytes) ?? ''
  return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(text)?.[1] ?? 'Linux'
}
