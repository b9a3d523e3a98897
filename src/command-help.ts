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
