import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { type SignedProof, signedProofSchema } from '../../src/protocol/proof.ts'
import { findProofFault, proofDigest } from '../../src/signed-proof.ts'
import { until } from '../processes/until.ts'
import type { PluggedDevice } from './device.ts'
import { usbKeyboard, usbStick } from './devices.ts'
import { readProofs } from './evidence.ts'
import { createMedia } from './media.ts'
import { describeInGuest } from './requirements.ts'
import { Terminal } from './terminal.ts'

const mountPoint = '/mnt/medium'
const mountIt = `mkdir -p ${mountPoint} && until mount /dev/disk/by-label/TANMORI ${mountPoint}; do sleep 0.2; done`
/** Every check is read anew, and a changed rule may lie for a minute: on an emulated processor that takes its time. */
const proveMs = 900_000

describeInGuest('a terminal is tried by its administrator', () => {
  let terminal: Terminal
  let images: Readonly<Record<'refused' | 'reading' | 'awaited', string>>
  beforeAll(async () => {
    terminal = await Terminal.start()
    const { disk } = createMedia(terminal.machine)
    images = { refused: disk('refused'), reading: disk('reading'), awaited: disk('awaited') }
    await terminal.machine.plug(usbKeyboard({ id: 'KBD' }))
    const match = { vendorId: '46f4', productId: '0001', serial: 'READ1' }
    const medium = { id: 'M-0001', label: '税務課 1号', match, access: 'read-only' }
    await terminal.pushPolicy({ media: { registered: [medium] } })
  })
  afterAll(() => terminal?.close())

  it('nobody else may', async () => {
    const { code, stderr } = await terminal.machine.run(
      `setpriv --reuid=65534 --regid=65534 --clear-groups tanmori --lang en doctor --prove`,
      { timeoutMs: proveMs },
    )
    expect({ code, stderr }).toMatchObject({ code: 3, stderr: expect.stringContaining('platform.forbidden') })
  })

  describe('with a refused stick and a medium for reading in', () => {
    let signed: SignedProof
    let before = ''
    const plugged: PluggedDevice[] = []
    beforeAll(async () => {
      const { machine } = terminal
      before = digestOf(images.reading)
      plugged.push(await machine.plug(usbStick({ id: 'REFUSED1', image: images.refused })))
      plugged.push(await machine.plug(usbStick({ id: 'READ1', image: images.reading })))
      await terminal.untilListed('REFUSED1')
      await machine.must(mountIt)
      signed = await prove('--yes')
    }, proveMs)

    it.each([
      ['guard.class-denied.mass-storage', /REFUSED1|QEMU USB HARDDRIVE.*closed, no driver, no block node/],
      ['guard.write-fails', /mount \/mnt\/medium: refused \(EROFS\).*device \/dev\/sd[a-z]1: refused/],
      ['guard.default-deny', /rules and kernel defaults/],
      ['guard.tamper', /05-tanmori\.rules/],
      ['policy.signature', /altered: .*signature.*one signature less: /],
      ['uplink.round-trip', /^connected/],
      ['agent.start', /UnitFileState=enabled/],
      ['agent.protected', /\/var\/lib\/tanmori: 0700 root/],
      ['agent.door', /admin\.sock: nobody may not connect/],
      ['journal.chain', /lines/],
      ['clock', /drift/],
      ['system.calls', /^$/],
    ])('%s is proven', (id, observed) => {
      const item = signed.proof.items.find((one) => one.id === id)
      expect(item).toMatchObject({ outcome: 'proven', observed: expect.stringMatching(observed) })
    })

    it('the agent is not killed while a permitted medium is in use, and what is not plugged in is not tried', () => {
      const outcomeOf = (id: string) => signed.proof.items.find((one) => one.id === id)
      expect(outcomeOf('agent.recovers')).toMatchObject({
        outcome: 'not-tried',
        observed: expect.stringMatching(/QEMU/),
      })
      expect(outcomeOf('guard.class-denied.optical')).toMatchObject({ outcome: 'not-tried' })
    })

    it('nothing was written to any medium, and the rules are as they were', async () => {
      const { machine } = terminal
      expect(await machine.must(`ls -A ${mountPoint}`)).not.toContain('trial')
      expect(await machine.must('cat /etc/udev/rules.d/05-tanmori.rules')).not.toContain('a trial')
      await machine.must(`umount ${mountPoint}`)
      expect(digestOf(images.reading)).toBe(before)
    })

    it('the center has it, signed, between the lines of its beginning and its end', async () => {
      expect(findProofFault(signed)).toBeNull()
      await untilHeld(signed)
      await terminal.untilDelivered()
      const place = (kind: string) => terminal.lines().findIndex((line) => line.kind === kind)
      const places = ['proof.started', 'guard.tampered', 'proof.made'].map(place)
      expect(places).toEqual(places.toSorted((a, b) => a - b))
      expect(places[0]).toBeGreaterThan(0)
      await terminal.expectWhole()
      for (const one of plugged) await one.unplug()
    })
  })

  describe('while it waits for what is plugged in', () => {
    let signed: SignedProof
    beforeAll(async () => {
      const { machine } = terminal
      const mark = terminal.mark()
      const proving = prove('--yes', '--wait', '300')
      await terminal.untilLine(mark, 'the beginning', ({ kind }) => kind === 'proof.started')
      await machine.plug(usbStick({ id: 'AWAITED1', image: images.awaited }))
      signed = await proving
    }, proveMs)

    it('the stick that came was refused from its first moment', () => {
      const item = signed.proof.items.find(({ id }) => id === 'guard.class-denied.mass-storage')
      expect(item).toMatchObject({ outcome: 'proven', observed: expect.stringMatching(/\(40 looks\)/) })
    })

    it.each(['agent.recovers', 'journal.durable'])('%s is proven: the agent was killed and came back', (id) => {
      expect(signed.proof.items.find((one) => one.id === id)).toMatchObject({ outcome: 'proven' })
    })

    it('the center has it though the agent that began it is dead', async () => {
      await untilHeld(signed)
      await terminal.expectWhole()
    })
  })

  function digestOf(path: string): string {
    return createHash('sha256').update(readFileSync(path)).digest('hex')
  }

  async function prove(...options: readonly string[]): Promise<SignedProof> {
    const command = `tanmori --lang en doctor --prove --json ${options.join(' ')} >/tmp/proof.json`
    const { code, stderr } = await terminal.machine.run(command, { timeoutMs: proveMs })
    const text = await terminal.machine.must('cat /tmp/proof.json')
    const parsed = answerSchema.safeParse(JSON.parse(text))
    if (!parsed.success || code > 1) throw new Error(`exit ${code}: ${stderr} ${text.slice(0, 500)}`)
    return parsed.data
  }

  async function untilHeld({ proof }: SignedProof): Promise<void> {
    const held = () => readProofs(terminal.center.folder.dir, terminal.id)
    await until(
      () => held().includes(proofDigest(proof)),
      () => JSON.stringify(held()),
      180_000,
    )
  }
})

const answerSchema = z
  .object({ proof: signedProofSchema.shape.proof, signature: signedProofSchema.shape.signature })
  .transform(({ proof, signature }): SignedProof => ({ proof, signature }))
