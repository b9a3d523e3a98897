import { describe, expect, it } from 'vitest'
import { describeChanges, stateWords } from '../../../agent/commands/service-words.ts'
import type { ServiceChanges } from '../../../agent/service-host.ts'
import { runCommand } from './run-command.ts'

async function run(...args: readonly string[]) {
  const { status, out, errors } = await runCommand(args, args.includes('ja') ? 'ja' : 'en')
  return { code: status, out, errors }
}

describe('tanmori service on Linux', () => {
  it.each([
    ['service', 'systemctl start tanmori.service'],
    ['service start', 'systemctl start tanmori.service'],
    ['service stop', 'systemctl stop tanmori.service'],
    ['service status', 'systemctl status tanmori.service'],
    ['service configure', 'systemctl daemon-reload'],
    ['service uninstall', 'apt remove tanmori'],
  ])('%s: says what does it there, and does nothing', async (line, command) => {
    const { code, out, errors } = await run(...line.split(' '))
    expect([code, out]).toEqual([3, ''])
    expect(errors).toContain('[platform.unsupported]')
    expect(errors).toContain(command)
  })

  it('says it in Japanese, and as JSON with its code', async () => {
    expect((await run('--lang', 'ja', 'service', 'stop')).errors).toContain('systemd がサービスを管理します')
    const { out } = await run('service', 'stop', '--json')
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'platform.unsupported' } })
  })
})

describe('what is told of the service', () => {
  const same: ServiceChanges = { isNew: false, changed: [], refused: [], unheld: [] }
  const change = { item: 'startType', wanted: '2', came: '4' }

  it.each<readonly [string, ServiceChanges, string]>([
    ['nothing was changed', same, 'The service is set as it should be.'],
    [
      'it is new: what it was before is no matter',
      { ...same, isNew: true, changed: [change] },
      'The service was installed.',
    ],
    ['somebody changed it', { ...same, changed: [change] }, 'The service was set back.\nstartType: 4 -> 2'],
    [
      'it was refused',
      { ...same, refused: [{ item: 'sidType', detail: 'Windows error 5' }] },
      'The service is set as it should be.\nrefused sidType: Windows error 5',
    ],
    [
      'it is not kept',
      { ...same, unheld: ['failure'] },
      'The service is set as it should be.\nthis system does not keep: failure',
    ],
  ])('%s', (_title, changes, text) => {
    expect(describeChanges(changes, 'en')).toBe(text)
  })

  it('where it stands, with what helps to find it', () => {
    expect(stateWords({ state: 'running', pid: 42, exitCode: null }, 'en')).toBe('Tanmori: running (pid 42)')
    expect(stateWords({ state: 'stopped', pid: null, exitCode: 1067 }, 'ja')).toBe(
      'Tanmori: 停止しています (exit 1067)',
    )
    expect(stateWords({ state: 'stopped', pid: null, exitCode: 0 }, 'en')).toBe('Tanmori: stopped')
  })
})
