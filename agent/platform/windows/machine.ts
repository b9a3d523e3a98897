import { createHash } from 'node:crypto'
import { hostname, release } from 'node:os'
import type { Machine } from '../platform.ts'
import { createRegistry } from './win32/registry.ts'

export function readMachine(): Machine {
  const registry = createRegistry()
  const guid = registry.readValue('HKLM\\SOFTWARE\\Microsoft\\Cryptography', 'MachineGuid')
  return {
    hostname: hostname().slice(0, 255),
    os: `Windows ${release()}`.slice(0, 200),
    bootId: 'unknown',
    hardware: createHash('sha256').update(JSON.stringify(guid)).digest('hex'),
  }
}
