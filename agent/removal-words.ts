import type { NoteCode } from './removal.ts'

/** Why the agent may be taken off a terminal, or may not: shown to who asks, and kept in the journal. */
export const removalText = {
  'no-policy': { ja: 'ポリシーがないため、取り外せます。', en: 'No policy: it may be taken off.' },
  administrator: { ja: '管理者は取り外せます。', en: 'An administrator may take it off.' },
  released: { ja: '署名された許可により、取り外せます。', en: 'A signed release allows taking it off.' },
  'cut-off': {
    ja: 'この端末はネットワークから切り離されています。先に解除の指示を適用してください。',
    en: 'This terminal is cut off the network. Apply a signed release of the cut first.',
  },
  'policy-lost': {
    ja: 'ポリシーのファイルが壊れているため、取り外せません。署名された許可（monitor.always）が必要です。',
    en: 'The policy files are damaged: it is not taken off without a signed release (monitor.always).',
  },
  'no-release': {
    ja: 'この端末のポリシーは、署名された許可（monitor.always）のない取外しを認めていません。',
    en: 'The policy of this terminal asks for a signed release (monitor.always) before it is taken off.',
  },
  damaged: {
    ja: '端末の登録又はポリシーのファイルが壊れているため、定めを確かめられません。',
    en: 'What holds on this terminal cannot be read: its files are damaged.',
  },
  'bad-release': { ja: '示された許可が有効ではありません。', en: 'What was given as a release is none.' },
} as const satisfies Record<NoteCode, Readonly<{ ja: string; en: string }>>
