import { type HardwarePart, statedText } from './hardware-part.ts'

/** `/proc/cpuinfo`: one processor for each `physical id` (x86), or one by its name where there is no such line (Arm). */
export function parseCpuinfo(text: string): readonly HardwarePart[] {
  const blocks = text.split(/\n\s*\n/).map((block) => ({
    maker: valueIn(block, 'vendor_id') || valueIn(block, 'CPU implementer'),
    model: valueIn(block, 'model name') || valueIn(block, 'CPU part'),
    package: valueIn(block, 'physical id'),
  }))
  const processors = new Map(blocks.filter(({ model }) => model !== '').map((block) => [block.package, block] as const))
  return [...processors].map(([id, { maker, model }]) => ({
    kind: 'cpu',
    slot: id === '' ? '' : `CPU ${id}`,
    maker: statedText(maker),
    model: statedText(model),
    serial: '',
    bytes: 0,
  }))
}

function valueIn(block: string, key: string): string {
  return new RegExp(`^${key}\\s*:\\s*(.*)$`, 'm').exec(block)?.[1]?.trim() ?? ''
}
