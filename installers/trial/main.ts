import { join, relative } from 'node:path'
import { type Child, startChild } from './child.ts'
import { buildPages } from './pages.ts'
import { readOrSetUp } from './setup.ts'

/**
 * `npm start`: a center with its console and an agent that observes this machine, all on loopback and all under `.trial/`.
 * Needs no root; a second start goes on from the first one's state.
 */
const root = join(import.meta.dirname, '../..')
const folder = join(root, '.trial')

const stop = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => stop.abort())

try {
  process.exitCode = await run()
} catch (error) {
  console.error(`start: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = 3
}

async function run(): Promise<number> {
  await buildPages(root)
  const trial = await readOrSetUp({ root, folder })
  const children: Child[] = []
  const start = async (request: Parameters<typeof startChild>[0]) => {
    const child = startChild(request)
    children.unshift(child)
    await child.ready
  }
  try {
    await start({
      name: 'center',
      file: join(root, 'src/center/main.ts'),
      args: ['run', '--dir', trial.centerDir, '--web', join(root, 'dist/web')],
      log: join(folder, 'center.log'),
      readyPattern: /console: https:/,
    })
    await trial.enrol()
    await start({
      name: 'agent',
      file: join(root, 'agent/main.ts'),
      args: ['--config', trial.agentConfig, 'run'],
      log: join(folder, 'agent.log'),
      readyPattern: /connected to the center/,
    })
    console.log(greeting(trial))
    return await untilEnd(children)
  } finally {
    for (const child of children) await child.stop()
    console.log(`start: stopped; the state stays in ${relative(process.cwd(), folder) || folder}`)
  }
}

async function untilEnd(children: readonly Child[]): Promise<number> {
  const signalled = new Promise<null>((resolve) => stop.signal.addEventListener('abort', () => resolve(null)))
  const ended = await Promise.race([signalled, ...children.map((child) => child.ended)])
  if (ended === null) {
    console.log('\nstart: stopping')
    return 0
  }
  console.error(`start: the ${ended.name} ended by itself (status ${ended.code}); see ${ended.log}`)
  return 3
}

function greeting(trial: Awaited<ReturnType<typeof readOrSetUp>>): string {
  const place = relative(process.cwd(), folder) || folder
  const ja = relative(process.cwd(), trial.agentConfig)
  return `
端守を試行しています。この機器では記録だけを行い、何も拒否しません。
Tanmori runs on trial: it observes this machine and refuses nothing.

  画面 console            ${trial.consoleUrl}/
  利用者 user             ${trial.user}
  初期パスワード password ${trial.password ?? '（変更済み already changed: see the first start）'}

この証明書は試行用の認証局によるものです。ブラウザの警告を確認のうえ進んでください。
The certificate comes from this trial's own CA: your browser will warn once.
署名者二名は試行のため今ここで作られたもので、実際の導入では使えません。
The two signers were made here for the demonstration; no real installation accepts them.

  状態 state   ${place}/  （削除すれば最初から remove it to begin anew）
  端末 agent   node_modules/.bin/node agent/main.ts --config ${ja} status

Ctrl-C で終了します。 Ctrl-C stops everything.
`
}
