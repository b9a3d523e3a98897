import type { Device } from './device.ts'

/** The fields that identify a unit; every one that is given must hold. */
export type Identity = Readonly<{
  vendorId?: string | undefined
  productId?: string | undefined
  serial?: string | undefined
  volume?: string | undefined
}>

/**
 * `no-serial`: vendor and product match and the device states no serial. `volume-unknown`: all else matches and no
 * volume of the device has been read yet. Both are doubts, never a match.
 */
export type IdentityMatch = 'match' | 'no-match' | 'no-serial' | 'volume-unknown'

export function matchIdentity(wanted: Identity, device: Device): IdentityMatch {
  if (wanted.vendorId !== undefined && wanted.vendorId !== device.vendorId) return 'no-match'
  if (wanted.productId !== undefined && wanted.productId !== device.productId) return 'no-match'
  if (wanted.serial !== undefined && device.serial === null) return isProductNamed(wanted) ? 'no-serial' : 'no-match'
  if (wanted.serial !== undefined && wanted.serial !== device.serial) return 'no-match'
  if (wanted.volume === undefined) return 'match'
  if (device.volumes === undefined) return 'volume-unknown'
  return device.volumes.includes(wanted.volume) ? 'match' : 'no-match'
}

/** Whether one device could match both: every field that both give is equal, and they share one that tells units apart. */
export function isSameIdentity(a: Identity, b: Identity): boolean {
  const sharesUnit = [
    [a.serial, b.serial],
    [a.volume, b.volume],
  ].some(([left, right]) => left !== undefined && left === right)
  if (!sharesUnit) return false
  return [
    [a.vendorId, b.vendorId],
    [a.productId, b.productId],
    [a.serial, b.serial],
    [a.volume, b.volume],
  ].every(([left, right]) => left === undefined || right === undefined || left === right)
}

function isProductNamed(wanted: Identity): boolean {
  return wanted.vendorId !== undefined && wanted.productId !== undefined
}
