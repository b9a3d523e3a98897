import type { AnswerState } from './coverage.ts'

/** What each state of a control or clause is called, and what it says: on the console, in reports and in files. */
export const answerWords = {
  fail: {
    name: { ja: '不適合', en: 'Fail' },
    meaning: {
      ja: '点検又は制御の結果、求める状態になっていません。',
      en: 'It was read or guarded, and it is not as it should be.',
    },
  },
  unknown: {
    name: { ja: '判定不能', en: 'Unknown' },
    meaning: {
      ja: '読み取れない等のため判定できません。適合とも不適合とも扱いません。',
      en: 'It could not be told, and counts neither as pass nor as fail. The reason stands beside it.',
    },
  },
  stale: {
    name: { ja: '点検が古い', en: 'Out of date' },
    meaning: {
      ja: '最後の点検から、ポリシーの定める時間を過ぎています。',
      en: 'It was read longer ago than the policy takes for new.',
    },
  },
  'not-answered': {
    name: { ja: '回答なし', en: 'Not answered' },
    meaning: {
      ja: '端末からこの対策の報告がありません（ポリシーが求めていない、又は未受信）。',
      en: 'The terminal said nothing of it: its policy does not ask, or it was never heard.',
    },
  },
  planned: {
    name: { ja: '未実装', en: 'Not built yet' },
    meaning: {
      ja: 'この版にはまだ対策の機能がありません。回答なしと同じに扱います。',
      en: 'This version has nothing yet that answers it. It counts as not answered.',
    },
  },
  pass: {
    name: { ja: '適合', en: 'Pass' },
    meaning: { ja: '求める状態になっています。', en: 'It is as it should be.' },
  },
} as const satisfies Record<AnswerState, Readonly<Record<'name' | 'meaning', Readonly<{ ja: string; en: string }>>>>
