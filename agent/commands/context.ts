import type { AgentConfig, Language } from '../config.ts'

/** What every command gets; it answers its exit status: 0 fine, 1 findings or refusal (design §4). */
export type CommandContext = Readonly<{
  language: Language
  isJson: boolean
  config: () => AgentConfig
  /** What `--config` named; null: the usual places. */
  configFile: string | null
  now: () => Date
  write: (text: string) => void
}>

export type ExitStatus = 0 | 1 | 2 | 3

/** One answer in two forms: for programs with `--json`, never translated, or for people. */
export function print(context: CommandContext, value: unknown, text: string): void {
  context.write(context.isJson ? `${JSON.stringify(value)}\n` : text.endsWith('\n') ? text : `${text}\n`)
}
