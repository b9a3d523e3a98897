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
export function formatPart(part: HardwarePart): Sentence {
  const size = part.bytes === 0 ? '' : formatBytes(part.bytes)
  const serial = formatSerial(part)
  const [ja, en] = [serial.ja, serial.en].map((text) => [nameOf(part), size, text, part.slot])
  return { ja: join(ja ?? [], '、'), en: join(en ?? [], ', ') }
}

/** A processor's own name begins with its maker's. */
function nameOf({ kind, maker, model }: HardwarePart): string {
  const isNamed = kind === 'cpu' && model !== ''
  return isNamed || model.toLowerCase().startsWith(maker.toLowerCase()) ? model : `${maker} ${model}`.trim()
}

/** Processors state none, so that its lack says nothing. */
function formatSerial({ kind, serial }: HardwarePart): Sentence {
  if (serial === '') return kind === 'cpu' ? { ja: '', en: '' } : { ja: '製造番号なし', en: 'no serial' }
  if (kind === 'network') return { ja: `MAC ${serial}`, en: `MAC ${serial}` }
  return { ja: `製造番号 ${serial}`, en: `serial ${serial}` }
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
