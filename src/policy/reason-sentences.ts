import type { VerdictReason } from './verdict.ts'

type Text = Readonly<{ ja: string; en: string }>

/** Why, and what the person can do about a refusal; `{class}` stands for the class's name. */
export const reasonSentences = {
  'never-blockable': {
    why: {
      ja: '{class}は、業務の継続のため、どの設定でも使用を止めません。',
      en: 'No policy can refuse a {class}: work must go on.',
    },
  },
  'class-default': {
    why: {
      ja: 'この端末に適用されているポリシーの、{class}についての定めによります。',
      en: 'This is what the policy of this terminal says of any {class} that is not registered.',
    },
    advice: {
      ja: '業務で必要な場合は、媒体・機器の登録又は一時的な使用許可を申請してください。',
      en: 'If your work needs it, apply for its registration or for a temporary permission.',
    },
  },
  registered: {
    why: { ja: '管理簿に登録された媒体・機器です。', en: 'It is registered in the ledger.' },
  },
  'registered-expired': {
    why: {
      ja: '管理簿に登録されていますが、使用期限が過ぎています。',
      en: 'It is registered, but its period has ended.',
    },
    advice: {
      ja: '引き続き必要な場合は、使用期限の延長を申請してください。',
      en: 'If you still need it, apply for an extension.',
    },
  },
  'registered-other-terminal': {
    why: {
      ja: '管理簿に登録されていますが、この端末での使用は認められていません。',
      en: 'It is registered, but not for this terminal.',
    },
    advice: {
      ja: '登録された端末で使用するか、使用する端末の追加を申請してください。',
      en: 'Use it at a terminal that it is registered for, or apply for this one to be added.',
    },
  },
  'registered-other-user': {
    why: {
      ja: '管理簿に登録されていますが、現在サインインしている方は使用者として登録されていません（複数の方がサインインしている場合は、全員の登録が必要です）。',
      en: 'It is registered, but not for everyone who is signed in now.',
    },
    advice: {
      ja: '登録された方だけがサインインした状態で使用するか、使用者の追加を申請してください。',
      en: 'Use it while only its registered users are signed in, or apply for a user to be added.',
    },
  },
  'registered-duplicate': {
    why: {
      ja: '識別番号（製造番号等）が同じ媒体・機器が二つ以上あり、登録されたものかどうかを判別できません。',
      en: 'Two or more media carry the same identity, so the registered one cannot be told from the other.',
    },
    advice: {
      ja: '同時に接続しているものがあれば一つだけにしてください。それでも使用できない場合は、担当にご連絡ください。',
      en: 'Unplug all but one of them. If that does not help, tell the person in charge.',
    },
  },
  grant: {
    why: { ja: '一時的な使用許可が出ています。', en: 'A temporary permission is in force.' },
  },
  'grant-expired': {
    why: { ja: '一時的な使用許可の期限が過ぎています。', en: 'The temporary permission has ended.' },
    advice: { ja: '引き続き必要な場合は、改めて申請してください。', en: 'If you still need it, apply again.' },
  },
  'no-serial': {
    why: {
      ja: '登録された媒体と同じ製品ですが、製造番号を持たないため、登録されたものかどうかを判別できません。',
      en: 'It is of a registered product but states no serial number, so it cannot be told whether it is the registered one.',
    },
    advice: {
      ja: '製造番号のある媒体を使用するか、ボリュームによる登録を申請してください。',
      en: 'Use one that has a serial number, or apply for a registration by its volume.',
    },
  },
  'volume-unknown': {
    why: {
      ja: '登録された媒体かどうかを確認しています。',
      en: 'It is being read to see whether it is a registered one.',
    },
    advice: {
      ja: 'そのまましばらくお待ちください。使用できるようにならない場合は、担当にご連絡ください。',
      en: 'Leave it in for a moment. If nothing changes, tell the person in charge.',
    },
  },
  'no-policy': {
    why: {
      ja: 'この端末はまだポリシーを受け取っていないため、記録のみを行っています。',
      en: 'This terminal has not received a policy yet, so it only records.',
    },
    advice: { ja: '担当にご連絡ください。', en: 'Tell the person in charge.' },
  },
} as const satisfies Record<VerdictReason, Readonly<{ why: Text; advice?: Text }>>
