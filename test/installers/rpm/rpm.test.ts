import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildRpm } from '../../../installers/linux/package.ts'
import { ensureTree, findObstacle, RpmSystem } from './tree.ts'

const root = join(import.meta.dirname, '../../..')
const obstacle = findObstacle()
const rules = ['/etc/udev/rules.d/05-tanmori.rules', '/etc/udev/rules.d/72-tanmori.rules'] as const
const closed = [...rules, '/etc/modprobe.d/tanmori.conf', '/etc/dracut.conf.d/tanmori.conf'].join(' ')
const slow = 600_000
/** Stands for the agent: answers `package check-removal` as the files tell it. */
const agent = '#!/bin/sh\n[ ! -e /etc/answer ] || exit "$(cat /etc/answer)"\n'
/** Dependencies are Fedora's and openSUSE's package names; this tree has Debian's. */
const rpm = 'rpm --nodeps'

describe.skipIf(obstacle !== null)(`the .rpm in a system with rpm (${obstacle ?? 'here'})`, () => {
  let folder: string
  let system: RpmSystem
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-rpm-test-'))
    const executables = join(folder, 'dist')
    for (const place of ['native', 'policies', 'web']) mkdirSync(join(executables, place), { recursive: true })
    for (const name of ['tanmori', 'tanmori-center']) {
      writeFileSync(join(executables, name), agent)
      chmodSync(join(executables, name), 0o755)
    }
    system = new RpmSystem(join(folder, 'system'), ensureTree())
    for (const version of ['0.0.9', '0.1.0']) {
      for (const name of ['tanmori', 'tanmori-center'] as const) {
        const file = buildRpm({ root, version, name, executables, output: folder })
        copyFileSync(file, join(system.share, `${name}-${version}.rpm`))
      }
    }
  }, slow)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('installs, is as it was packaged, and starts with the system', () => {
    system.must(`${rpm} -i /mnt/tanmori-0.0.9.rpm`)
    expect(system.must('rpm -V --nodeps tanmori')).toBe('')
    expect(enabled()).toEqual(expect.arrayContaining(['tanmori.service', 'tanmori.socket', 'tanmori-boot.service']))
    expect(system.must('ls /etc/systemd/user/*.wants')).toContain('tanmori-notice.service')
    expect(system.run(`ls ${closed}`).code).not.toBe(0)
    expect(system.must('stat -c "%U:%G %a" /usr/lib/tanmori/tanmori /etc/tanmori/agent.yaml')).toBe(
      'root:root 755\nroot:root 644',
    )
  })

  it('upgrades: what refuses stays, settings stay, and it still starts with the system', () => {
    system.must(`for file in ${rules.join(' ')} /etc/modprobe.d/tanmori.conf; do echo closed >$file; done
      cp /usr/lib/tanmori/dracut.conf /etc/dracut.conf.d/tanmori.conf; echo 'log: { level: warn }' >>/etc/tanmori/agent.yaml`)
    system.must(`${rpm} -U /mnt/tanmori-0.1.0.rpm`)
    expect(system.must('rpm -q --qf %{VERSION} tanmori')).toBe('0.1.0')
    expect(system.must(`cat ${rules[0]} ${rules[1]}`)).toBe('closed\nclosed')
    expect(system.must('tail -n 1 /etc/tanmori/agent.yaml')).toBe('log: { level: warn }')
    expect(system.must('rpm -V --nodeps tanmori || true')).toMatch(/^S?\S*5\S*\s+c \/etc\/tanmori\/agent\.yaml$/)
    expect(enabled()).toContain('tanmori.service')
  })

  it('refuses to go back to an older version', () => {
    const { code, stderr } = system.run(`${rpm} -U /mnt/tanmori-0.0.9.rpm`)
    expect([code === 0, stderr]).toEqual([false, expect.stringContaining('is already installed')])
  })

  it('has the rules, the parameter and what the rules run in an initramfs of dracut', { timeout: slow }, () => {
    const options =
      '--force --no-kernel --no-hostonly-cmdline --no-early-microcode --no-compress --quiet --modules base'
    system.must(
      `dracut ${options} --kver none /tmp/initramfs.img 2>/tmp/dracut.log || { cat /tmp/dracut.log; exit 1; }`,
    )
    const files = system.must('lsinitrd /tmp/initramfs.img')
    for (const path of [...rules, '/etc/modprobe.d/tanmori.conf']) expect(files).toContain(` ${path.slice(1)}`)
    expect(files).toMatch(/ (usr\/)?s?bin\/blockdev/)
  })

  it('stays where the policy refuses its removal', () => {
    const { code } = system.run(`echo 1 >/etc/answer; ${rpm} -e tanmori`)
    expect(code).not.toBe(0)
    expect(system.must('rpm -q --qf %{VERSION} tanmori')).toBe('0.1.0')
    expect(enabled()).toContain('tanmori.service')
  })

  it('goes where the agent is broken; what refuses stays behind, and it says so', () => {
    const { code, stdout, stderr } = system.run(`echo 3 >/etc/answer; ${rpm} -e tanmori`)
    expect([code, stdout + stderr]).toEqual([0, expect.stringContaining('removable media stay refused')])
    expect(system.must(`ls ${closed}`).split('\n').length).toBe(4)
    expect(enabled()).toEqual([])
    expect(system.must('ls /etc/tanmori')).toContain('agent.yaml.rpmsave')
  })

  it('opens the terminal for good where an administrator released it first', () => {
    system.must(`rm /etc/answer; ${rpm} -i /mnt/tanmori-0.1.0.rpm`)
    system.must('printf "#!/bin/sh\\nexit 0\\n" >/usr/local/bin/dracut; chmod 755 /usr/local/bin/dracut')
    system.must(`PATH=/usr/local/bin:$PATH; touch /etc/tanmori/release; ${rpm} -e tanmori`)
    expect(system.run(`ls -d ${closed} /usr/lib/tanmori`).stdout).toBe('')
  })

  it('the center: a user of its own, started with the system, its evidence left behind', () => {
    system.must(`${rpm} -i /mnt/tanmori-center-0.0.9.rpm && ${rpm} -U /mnt/tanmori-center-0.1.0.rpm`)
    expect(system.must('rpm -V --nodeps tanmori-center; getent passwd tanmori-center')).toMatch(/^tanmori-center:/)
    expect(enabled()).toContain('tanmori-center.service')
    const verified = system.run('systemd-analyze verify /usr/lib/systemd/system/tanmori-center.service')
    expect([verified.code, verified.stderr]).toEqual([0, ''])
    expect(system.must('stat -c "%U:%G %a" /var/lib/tanmori-center')).toBe('tanmori-center:tanmori-center 700')
    system.must(`${rpm} -e tanmori-center`)
    expect(system.must('ls -d /var/lib/tanmori-center')).toBe('/var/lib/tanmori-center')
    expect(enabled()).toEqual([])
  })

  function enabled(): readonly string[] {
    const links = system.must('find /etc/systemd/system -name "tanmori*" -path "*.wants/*" -printf "%f\\n" | sort -u')
    return links === '' ? [] : links.split('\n')
  }
})
