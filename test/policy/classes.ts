import type { Access, BlockableClass } from '../../src/policy/device.ts'

/** Every class with the same access; one that is written out wins: `{ ...allClasses('block'), audio: 'read-write' }`. */
export function allClasses<T extends Access>(access: T): Record<BlockableClass, T> {
  return {
    'mass-storage': access,
    portable: access,
    'sd-card': access,
    optical: access,
    network: access,
    bluetooth: access,
    printer: access,
    audio: access,
    video: access,
    other: access,
  }
}
