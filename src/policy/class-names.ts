import type { DeviceClass } from './device.ts'

/** What the staff call a class. */
export const classNames = {
  'mass-storage': { ja: 'USBメモリ・外付けディスク', en: 'USB stick or disk' },
  portable: { ja: 'スマートフォン・デジタルカメラ', en: 'phone or camera' },
  'sd-card': { ja: 'SDカード', en: 'SD card' },
  optical: { ja: 'CD・DVD・ブルーレイディスク', en: 'CD, DVD or Blu-ray disc' },
  network: { ja: '外付けの通信機器（テザリングを含む）', en: 'network adapter (tethering included)' },
  bluetooth: { ja: 'Bluetooth機器', en: 'Bluetooth adapter' },
  printer: { ja: 'プリンター', en: 'printer' },
  audio: { ja: '音声機器', en: 'audio device' },
  video: { ja: '映像機器（ウェブカメラ等）', en: 'video device (webcam)' },
  other: { ja: 'その他の機器', en: 'other device' },
  input: { ja: 'キーボード・マウス', en: 'keyboard or mouse' },
  hub: { ja: 'USBハブ', en: 'USB hub' },
  'smart-card': { ja: 'ICカードリーダー', en: 'smart-card reader' },
} as const satisfies Record<DeviceClass, Readonly<{ ja: string; en: string }>>
