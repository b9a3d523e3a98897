import { readCenterConfig } from '../config.ts'
import { createCenter } from '../deps.ts'
import { type CommandIo, type ExitCode, runCommand } from './command-io.ts'

export type RunArgs = Readonly<{ dir: string; webDir: string; untilStopped: () => Promise<string> }>

/** `run`: the center until a signal ends it; what listens where is printed once it does. */
export async function runCenterCommand(args: RunArgs, io: CommandIo): Promise<ExitCode> {
  return runCommand(io, async () => {
    const center = await createCenter(readCenterConfig(args.dir), { webDir: args.webDir })
    const stopped = args.untilStopped()
    await center.start()
    const { collector, console } = center.addresses
    const started = {
      json: { collector: collector.url, console: console.url },
      ja: `端末の接続先: ${collector.url}\nコンソール: ${console.url}`,
      en: `terminals connect to: ${collector.url}\nconsole: ${console.url}`,
    }
    io.print(io.json ? JSON.stringify(started.json) : started[io.lang])
    const signal = await stopped
    await center.stop()
    return { json: { stopped: signal }, text: { ja: '停止しました。', en: 'stopped' } }
  })
}
