import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { usbKeyboard, usbStick } from './devices.ts'
import { isOf } from './evidence.ts'
import { pressKeys, recordInput } from './input.ts'
import { createMedia, fileName, fileText } from './media.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'

/** Time enough for its way to the terminal and its use there, by how long a document took just before; its end is waited for. */
const grantMs = (deliveryMs: number): number => Math.min(240_000, 75_000 + 3 * deliveryMs)
const mountPoint = '/mnt/medium'
const volume = '/dev/disk/by-label/TANMORI'
const mountIt = `mkdir -p ${mountPoint} && until mount ${volume} ${mountPoint}; do sleep 0.2; done`

describeInGuest('a medium with a permission', () => {
  let terminal: Terminal
  let images: Readonly<Record<'registered' | 'granted' | 'flipped', string>>
  beforeAll(async () => {
    terminal = await Terminal.start()
    const { disk } = createMedia(terminal.machine)
    images = { registered: disk('registered'), granted: disk('granted'), flipped: disk('flipped') }
    await terminal.machine.plug(usbKeyboard({ id: 'KBD' }))
  })
  afterAll(() => terminal?.close())

  it('registered for reading: it mounts read-only, and root writes to it neither through the mount nor past it', async () => {
    const { machine } = terminal
    const match = { vendorId: '46f4', productId: '0001', serial: 'REG1' }
    const medium = { id: 'M-0001', label: '税務課 1号', match, access: 'read-only' }
    await terminal.pushPolicy({ media: { registered: [medium] } })
    const before = digestOf(images.registered)
    const mark = terminal.mark()
    const plugged = await machine.plug(usbStick({ id: 'REG1', image: images.registered }))
    const told = await terminal.untilLine(mark, 'its permission', ({ kind }) => kind === 'media.allowed')
    await machine.must(mountIt)
    expect(await machine.must(`cat ${mountPoint}/${fileName}`)).toBe(fileText)
    const disk = await machine.must(`readlink -f ${volume} | tr -d 0-9`)
    const ways = [
      `touch ${mountPoint}/new`,
      `mount -o remount,rw ${mountPoint} && touch ${mountPoint}/new`,
      `dd if=/dev/zero of=${disk} bs=512 count=1 conv=notrunc,fsync`,
      `dd if=/dev/zero of=${disk}1 bs=512 count=1 conv=notrunc,fsync`,
    ]
    const outcomes: string[] = []
    for (const way of ways) outcomes.push((await machine.run(way)).code === 0 ? `written by: ${way}` : 'failed')
    expect(outcomes).toEqual(ways.map(() => 'failed'))
    expect(await machine.must(`udevadm settle; blockdev --getro ${disk} ${disk}1`)).toBe('1\n1')
    expect(await keyboardWorks()).toBe(true)
    expect(digestOf(images.registered)).toBe(before)
    // Nothing holds against root for good; who takes the flag away sees it put back.
    await machine.must(`umount ${mountPoint} && blockdev --setrw ${disk} ${disk}1`)
    await terminal.untilInGuest(`[ "$(blockdev --getro ${disk} ${disk}1 | tr -d '\\n')" = 11 ]`)
    await plugged.unplug()
    expect(told.about.verdict).toMatchObject({ access: 'read-only', reason: 'registered', mediumId: 'M-0001' })
    expect(digestOf(images.registered)).toBe(before)
  })

  it('granted for a time: it opens while it is in, and is closed when the time is over', async () => {
    const { machine } = terminal
    const startedMs = Date.now()
    await terminal.pushPolicy()
    const deliveryMs = Date.now() - startedMs
    const mark = terminal.mark()
    const plugged = await machine.plug(usbStick({ id: 'GRANT1', image: images.granted }))
    await terminal.untilLine(mark, 'its refusal', isOf('GRANT1', 'media.refused'))
    const until = new Date(Date.now() + grantMs(deliveryMs)).toISOString()
    await terminal.center.pushGrant({ serial: 'GRANT1', terminal: terminal.id, access: 'read-write', until })
    const allowed = await terminal.untilLine(mark, 'its permission', isOf('GRANT1', 'media.allowed'))
    await machine.must(`${mountIt} && echo kept >${mountPoint}/new.txt && sync -f ${mountPoint}`)
    const revoked = await terminal.untilLine(mark, 'its end', isOf('GRANT1', 'media.revoked'))
    const left = await machine.must(`ls /dev/sd* 2>/dev/null || true; umount ${mountPoint} || true`)
    expect(await keyboardWorks()).toBe(true)
    await plugged.unplug()
    expect(allowed.about.verdict).toMatchObject({ access: 'read-write', reason: 'grant', grantId: 'G-1' })
    expect(revoked.about.verdict).toMatchObject({ access: 'block', reason: 'grant-expired' })
    expect(Date.parse(revoked.at)).toBeGreaterThanOrEqual(Date.parse(until))
    expect(left).toBe('')
    expect(readFileSync(images.granted).includes('kept\n')).toBe(true)
  })

  it('under a policy that turns: refused, opened and refused again without being taken out', async () => {
    const { machine } = terminal
    const mark = terminal.mark()
    const plugged = await machine.plug(usbStick({ id: 'FLIP1', image: images.flipped }))
    const nodes = () => machine.must('ls /dev/sd* 2>/dev/null || true')
    await terminal.untilLine(mark, 'its refusal', isOf('FLIP1', 'media.refused'))
    expect(await nodes()).toBe('')
    await terminal.pushPolicy({ media: { classes: { 'mass-storage': 'read-write' } } })
    await terminal.untilLine(mark, 'its permission', isOf('FLIP1', 'media.allowed'))
    await machine.must(`${mountIt} && touch ${mountPoint}/new && umount ${mountPoint}`)
    await terminal.pushPolicy()
    const revoked = await terminal.untilLine(mark, 'its end', isOf('FLIP1', 'media.revoked'))
    expect(await nodes()).toBe('')
    expect(await keyboardWorks()).toBe(true)
    await plugged.unplug()
    expect(revoked.about.verdict).toMatchObject({ policyVersion: terminal.center.policyVersion, access: 'block' })
  })

  it('leaves a whole record: what was carried out too, each line once', async () => {
    await terminal.expectWhole()
    const carried = terminal.lines().filter(({ kind }) => kind === 'media.carry-out')
    expect(carried.map(({ data }) => data.path)).toContainEqual(expect.stringContaining('new.txt'))
    expect(terminal.lines().filter(({ kind }) => /bypassed|tampered|blind/.test(kind))).toEqual([])
  })

  async function keyboardWorks(): Promise<boolean> {
    const events = await recordInput(terminal.machine, () => pressKeys(terminal.machine, ['a']))
    return events.some(({ type }) => type === 'key')
  }
})

function digestOf(image: string): string {
  return createHash('sha256').update(readFileSync(image)).digest('hex')
}
