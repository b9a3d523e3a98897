import type { Policy } from '../../../src/policy/schema.ts'
import type { Notice } from '../../platform/platform.ts'
import type { Cut } from './record.ts'

/** What the person at the terminal reads when it is cut off. */
export function formatCut(cut: Cut, policy: Policy | null): Notice {
  const ask = askWhom(policy)
  const why = whyTexts[cut.cause]
  return {
    ja: `この端末をネットワークから切り離しました。${why.ja}電源を切らず、操作をやめて、すぐに連絡してください。${ask.ja}（切離番号：${cut.id}）`,
    en: `This terminal was cut off the network. ${why.en} Leave it switched on, stop working and report at once. ${ask.en} (cut ${cut.id})`,
  }
}

export function formatLifted(id: string, remaining: readonly Cut[], policy: Policy | null): Notice {
  const ask = askWhom(policy)
  if (remaining.length > 0) {
    const ids = remaining.map((cut) => cut.id).join(', ')
    return {
      ja: `切離し（${id}）は解除されましたが、ほかの切離し（${ids}）が続いています。端末はまだ切り離されています。${ask.ja}`,
      en: `Cut ${id} was released, but others hold on (${ids}): this terminal is still cut off. ${ask.en}`,
    }
  }
  return {
    ja: `ネットワークからの切離しが解除されました（切離番号：${id}）。`,
    en: `The cut from the network was released (cut ${id}).`,
  }
}

export function askWhom(policy: Policy | null): Notice {
  const contact = policy?.contact
  if (contact === undefined) {
    return { ja: '連絡先：情報セキュリティ担当', en: 'Contact: your information security office.' }
  }
  return { ja: `連絡先：${contact.ja}`, en: `Contact: ${contact.en}` }
}

const whyTexts = {
  order: {
    ja: '情報セキュリティ担当の指示によるものです。',
    en: 'The information security office ordered it.',
  },
  malware: { ja: '不正プログラムが見つかったためです。', en: 'Malware was found.' },
  lost: {
    ja: '切離しの記録を読み取れないため、切離しを続けています。',
    en: 'The record of the cut cannot be read, so it holds on.',
  },
} as const satisfies Record<Cut['cause'], Notice>
