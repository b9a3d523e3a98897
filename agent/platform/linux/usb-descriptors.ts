/** One interface out of a configuration descriptor (USB 2.0, 9.6.5). */
export type DescribedInterface = Readonly<{ key: string; usbClass: string; hasName: boolean }>

const configurationType = 2
const interfaceType = 4

/**
 * The interfaces of the first configuration in sysfs' `descriptors` (device descriptor, then each configuration as the
 * device sent it), alternate setting 0. For devices that are not authorised: the kernel has read what they are, but made
 * no interfaces yet. Anything malformed ends the list: what is not listed stays closed.
 */
export function parseDescriptors(deviceKey: string, bytes: Buffer): readonly DescribedInterface[] {
  const found: DescribedInterface[] = []
  let configuration: number | null = null
  for (let at = 18; at + 2 <= bytes.length; ) {
    const length = bytes[at] ?? 0
    const type = bytes[at + 1]
    if (length < 2 || at + length > bytes.length) break
    if (type === configurationType && length >= 9) {
      if (configuration !== null) break
      configuration = bytes[at + 5] ?? 0
    }
    if (type === interfaceType && length >= 9 && configuration !== null && bytes[at + 3] === 0) {
      const hex = (offset: number) => (bytes[at + offset] ?? 0).toString(16).padStart(2, '0')
      found.push({
        key: `${deviceKey}:${configuration}.${bytes[at + 2] ?? 0}`,
        usbClass: `${hex(5)}/${hex(6)}/${hex(7)}`,
        hasName: bytes[at + 8] !== 0,
      })
    }
    at += length
  }
  return found
}
