import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { createCommandIo } from '../../../src/center/commands/node-command-io.ts'
import { runProgram } from '../../../src/center/commands/program.ts'

/** What `--help` of a command prints. */
async function help(path: readonly string[], lang: 'ja' | 'en'): Promise<string> {
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const args = [...path, '--help']
  await runProgram({
    invocation: { args, lang, webDir: '', policiesDir: '', actor: 'console:test' },
    createIo: (json) => createCommandIo({ json, lang, stdin, stdout, stderr }),
    untilStopped: async () => 'SIGTERM',
  })
  return String(stdout.read())
}

/** Every command by its words, found by following the help. */
async function listCommands(path: readonly string[] = []): Promise<readonly (readonly string[])[]> {
  const [, commands = ''] = (await help(path, 'en')).split('\nCommands:\n')
  const names = [...commands.matchAll(/^ {2}([a-z]\S*)/gm)].map(([, name = '']) => name)
  const inner = names.filter((name) => name !== 'help').map((name) => listCommands([...path, name]))
  return [path, ...(await Promise.all(inner)).flat()]
}

const lines = (text: string, heading: string) =>
  (text.split(`\n${heading}\n`)[1] ?? '').split('\n\n')[0]?.split('\n').filter(Boolean) ?? []

const commands = await listCommands()

describe('the help', () => {
  it('is there for every command', () => {
    expect(commands.length).toBeGreaterThan(40)
    expect(commands).toContainEqual(['policy', 'root', 'rotate'])
  })

  it.each(commands.map((path) => [path.join(' '), path] as const))(
    'of "%s" says in both languages what each option and each command is',
    async (_name, path) => {
      for (const [lang, ...headings] of [
        ['en', 'Options:', 'Commands:'],
        ['ja', 'オプション:', 'コマンド:'],
      ] as const) {
        const text = await help(path, lang)
        const entries = headings.flatMap((heading) => lines(text, heading)).filter((line) => /^ {2}\S/.test(line))
        expect(entries.length).toBeGreaterThan(0)
        for (const entry of entries) expect(entry).toMatch(/^ {2}\S.*?\S {2,}\S/)
        if (lang === 'ja') expect(text).toMatch(/^使い方: [\s\S]*[ぁ-んァ-ン一-龠]/)
      }
    },
  )

  it('marks what must be given, and says what holds where nothing is', async () => {
    expect(await help(['enrol', 'new'], 'ja')).toMatch(/--zone <zone> .*（必須）/)
    expect(await help(['enrol', 'new'], 'en')).toMatch(/--zone <zone> .*\(required\)/)
    expect(await help(['init'], 'ja')).toContain('（既定 127.0.0.1:8443）')
  })
})
