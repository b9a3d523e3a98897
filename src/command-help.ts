import type { HelpConfiguration, Option } from 'commander'

/** `--help` whose own words, which the command line parser knows in English alone, are in the language of the rest. */
export function helpIn(language: 'ja' | 'en'): HelpConfiguration {
  const words = texts[language]
  return {
    styleTitle: (title) => titles[language].get(title) ?? title,
    optionDescription: (option) => {
      const notes = listNotes(option, words)
      return notes.length === 0 ? option.description : `${option.description}${words.around(notes)}`
    },
  }
}

/** What the command line parser says of a mistake, which it does in English alone. What is not known stays as it came. */
export function translateMistake(text: string, language: 'ja' | 'en'): string {
  if (language === 'en') return text
  return text
    .split('\n')
    .map((line) => {
      for (const [pattern, words] of mistakes) {
        const match = pattern.exec(line)
        if (match !== null) return words(...match.slice(1))
      }
      return line
    })
    .join('\n')
}

const mistakes: readonly (readonly [RegExp, (...parts: readonly string[]) => string])[] = [
  [/^error: unknown option '(.+)'$/, (option) => `エラー: ${option} というオプションはありません。`],
  [/^error: unknown command '(.+)'$/, (command) => `エラー: ${command} というコマンドはありません。`],
  [/^error: missing required argument '(.+)'$/, (argument) => `エラー: 引数 ${argument} が必要です。`],
  [/^error: option '(.+)' argument missing$/, (option) => `エラー: ${option} には値が必要です。`],
  [/^error: required option '(.+)' not specified$/, (option) => `エラー: ${option} の指定が必要です。`],
  [
    /^error: option '(.+)' argument '(.*)' is invalid\. Allowed choices are (.+)\.$/,
    (option, came, choices) => `エラー: ${option} に ${came} は指定できません（指定できる値: ${choices}）。`,
  ],
  [
    /^error: too many arguments(?: for '(.+)')?\. Expected (\d+) arguments? but got (\d+)(.*)\.$/,
    (command = '', wanted, came, list) =>
      `エラー: ${command === '' ? '' : `${command} の`}引数が多すぎます（${wanted} 個まで、指定 ${came} 個${list}）。`,
  ],
  [/^\(Did you mean (.+)\?\)$/, (meant) => `（もしかして: ${meant?.replace(/^one of /, '')}）`],
]

function listNotes(option: Option, words: (typeof texts)[keyof typeof texts]): readonly string[] {
  const { argChoices, defaultValue, mandatory } = option
  const isShown = typeof defaultValue === 'string' && (option.required || option.optional)
  return [
    ...(mandatory ? [words.mandatory] : []),
    ...(argChoices === undefined ? [] : [argChoices.join(words.or)]),
    ...(isShown ? [`${words.usual} ${defaultValue}`] : []),
  ]
}

const titles = {
  ja: new Map([
    ['Usage:', '使い方:'],
    ['Arguments:', '引数:'],
    ['Options:', 'オプション:'],
    ['Commands:', 'コマンド:'],
  ]),
  en: new Map<string, string>(),
} as const

const texts = {
  ja: {
    mandatory: '必須',
    usual: '既定',
    or: '、',
    around: (notes: readonly string[]) => `（${notes.join('。')}）`,
  },
  en: {
    mandatory: 'required',
    usual: 'default',
    or: ', ',
    around: (notes: readonly string[]) => ` (${notes.join('; ')})`,
  },
} as const
