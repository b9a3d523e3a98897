import type { UeventSource } from './uevent-sources.ts'

/**
 * node-usb, the last resort: it needs udevd and sees no cards, drives or network, but it is another way to the same
 * devices. Loaded only when it comes to that, since its addon takes memory that an idle agent has better uses for.
 */
export function usbSource(): UeventSource {
  return {
    name: 'USB devices (node-usb)',
    open({ onEvent, onLost }) {
      let close: (() => void) | null = null
      let isClosed = false
      const changed = (action: string) => () =>
        onEvent({ action, devpath: '', subsystem: 'usb', sequence: 0, devtype: '', product: '', usbInterface: '' })
      const [add, remove] = [changed('add'), changed('remove')]
      import('usb').then(
        ({ usb }) => {
          if (isClosed) return
          usb.addEventListener('connect', add)
          usb.addEventListener('disconnect', remove)
          close = () => {
            usb.removeEventListener('connect', add)
            usb.removeEventListener('disconnect', remove)
          }
        },
        (error: unknown) => onLost(String(error)),
      )
      return () => {
        isClosed = true
        close?.()
      }
    },
  }
}
