import type { Command } from 'commander'
import type { CenterInvocation } from '../config.ts'
import type { CommandIo, ExitCode } from './command-io.ts'
import type { WordKey } from './words.ts'

export type ProgramDeps = Readonly<{
  invocation: CenterInvocation
  createIo: (json: boolean) => CommandIo
  untilStopped: () => Promise<string>
}>

/** What a command's wiring gets: its arguments and options as they came, and everything that it may touch. */
export type Call = Readonly<{
  args: readonly string[]
  options: unknown
  io: CommandIo
  dir: string
  deps: ProgramDeps
}>
export type Act = (command: Command, run: (call: Call) => Promise<ExitCode>) => void
export type Sub = (parent: Command, usage: string, key: WordKey, options?: Readonly<{ isDefault?: boolean }>) => Command
