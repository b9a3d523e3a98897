import { existsSync, readdirSync } from 'node:fs'
import { get } from 'node:https'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { findPort } from '../../installers/trial/free-ports.ts'
import { WineMachine } from './harness/machine.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'
import type { RunningProgram } from './harness/running.ts'

const center = 'Z:\\src\\dist\\windows\\tanmori-center.exe'
const dir = 'C:\\ProgramData\\Tanmori Center'

describeInWine('tanmori-center.exe', () => {
  let machine: WineMachine
  let running: RunningProgram
  let consolePort = 0
  beforeAll(async () => {
    machine = await WineMachine.start()
    consolePort = await findPort(0)
  })
  afterAll(() => machine?.close())

  it('makes a center in ProgramData and says how its folder is closed to others, which it cannot read back here', async () => {
    const listen = [
      '--collector-listen',
      `127.0.0.1:${await findPort(0)}`,
      '--console-listen',
      `127.0.0.1:${consolePort}`,
    ]
    const { code, stdout } = await machine.run(center, ['init', '--name', '127.0.0.1', ...listen, '--lang', 'en'])
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(
        /could not be closed to others \(.*\.acl.*icacls "C:.ProgramData.Tanmori Center" .inheritance:r/,
      ),
    ])
    const left = readdirSync(machine.files('C:\\ProgramData')).filter((name) => name.startsWith('.'))
    expect([left, existsSync(machine.files(`${dir}\\.acl`))]).toEqual([[], false])
  })

  skipInWine('closes its folder to all but SYSTEM and the administrators', 'its icacls does nothing')

  it('runs, and shows its pages', async () => {
    running = machine.start(center, ['run', '--lang', 'en'])
    await running.waitFor(/console: https:/)
    const { status, body } = await fetchPage(`https://127.0.0.1:${consolePort}/`)
    expect([status, body]).toEqual([200, expect.stringContaining('<html lang="ja"')])
  })

  it('answers its command line while it runs, and is alone in its folder', async () => {
    const added = await machine.run(center, ['user', 'add', 'yamada', '--role', 'viewer', '--json'])
    expect([added.code, added.stdout + added.stderr]).toEqual([0, expect.stringContaining('yamada')])
    const second = await machine.run(center, ['run', '--lang', 'en'])
    expect([second.code, second.stdout + second.stderr]).toEqual([
      2,
      expect.stringContaining('runs in this folder already'),
    ])
  })

  it('is whole after it was ended without being asked', async () => {
    await running.kill()
    const { code, stdout } = await machine.run(center, ['user', 'list', '--json'])
    expect([code, stdout]).toEqual([0, expect.stringContaining('yamada')])
  })
})

function fetchPage(url: string): Promise<Readonly<{ status: number; body: string }>> {
  return new Promise((resolve, reject) => {
    get(url, { rejectUnauthorized: false }, (response) => {
      let body = ''
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    }).on('error', reject)
  })
}
