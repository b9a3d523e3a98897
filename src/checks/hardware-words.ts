import type { HardwareKind, HardwarePart } from './hardware-part.ts'
import type { Sentence } from './result.ts'

export const kindNames = {
  cpu: { ja: 'CPU', en: 'processor' },
  memory: { ja: 'メモリ', en: 'memory module' },
  disk: { ja: 'ディスク', en: 'disk' },
  board: { ja: 'マザーボード', en: 'main board' },
  network: { ja: '通信機器', en: 'network card' },
  monitor: { ja: 'ディスプレイ', en: 'monitor' },
  dock: { ja: 'ドッキングステーション', en: 'docking station' },
} as const satisfies Record<HardwareKind, Sentence>

/** Maker, model, size, serial and place, as far as the part states them. */
export function formatPart({ kind, slot, maker, model, serial, bytes }: HardwarePart): Sentence {
  const name = model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`.trim()
  const size = bytes === 0 ? '' : formatBytes(bytes)
  const mark = kind === 'network' ? 'MAC' : null
  const details = {
    ja: [name, size, serial === '' ? '製造番号なし' : `${mark ?? '製造番号'} ${serial}`, slot],
    en: [name, size, serial === '' ? 'no serial' : `${mark ?? 'serial'} ${serial}`, slot],
  }
  return { ja: join(details.ja, '、'), en: join(details.en, ', ') }
}

function join(texts: readonly string[], separator: string): string {
  return texts.filter((text) => text !== '').join(separator)
}

const units = ['KiB', 'MiB', 'GiB', 'TiB']

function formatBytes(bytes: number): string {
  const power = Math.min(units.length, Math.floor(Math.log2(bytes) / 10))
  if (power === 0) return `${bytes} B`
  const value = bytes / 1024 ** power
  return `${value >= 100 ? Math.round(value) : Math.round(value * 10) / 10} ${units[power - 1]}`
}
