import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { type SignedProof, signedProofSchema } from '../../src/protocol/proof.ts'
import { findProofFault, proofDigest } from '../../src/signed-proof.ts'
import { until } from '../processes/until.ts'
import { listTerminals, readLines, readProofs, readTerminal } from '../vm/evidence.ts'
import { HostCenter, makeCenter } from '../vm/host-center.ts'
import { WineMachine } from './harness/machine.ts'
import { describeInWine, skipInWine } from './harness/requirements.ts'

const tape =
  'HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows\\RemovableStorageDevices\\{53f5630b-b6bf-11d0-94f2-00a0c91efb8b}'
const waitMs = 180_000
const proveMs = 420_000
const source = { form: 'source', timeoutMs: proveMs } as const

describeInWine('`doctor --prove` on a Windows terminal', () => {
  let folder: string
  let center: HostCenter
  let machine: WineMachine
  let id = ''
  let signed: SignedProof

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'tanmori-wine-prove-'))
    center = HostCenter.create(await makeCenter(join(folder, 'center'), '127.0.0.1'))
    await center.start()
    await center.pushPolicy()
    machine = await WineMachine.start()
    await machine.giveServicesTime()
    for (const args of [
      ['enrol', await center.createToken()],
      ['service', 'install'],
      ['service', 'start'],
    ]) {
      const { code, stdout, stderr } = await machine.agent(args, source)
      // 1: Wine keeps no failure actions, and the installation says so.
      if (code > 1) throw new Error(`${args[0]} ${args[1]}: ${code} ${stdout}${stderr}`)
    }
    id = listTerminals(center.folder.dir)[0] ?? ''
    const state = () => readTerminal(center.folder.dir, id)
    await until(
      () => state().policy?.version === center.policyVersion,
      () => JSON.stringify(state()),
      waitMs,
    )
    await until(
      async () => (await machine.registry.get(tape, 'Deny_Execute')) !== null,
      () => 'the registry as wanted',
      waitMs,
    )
    const { stdout, stderr } = await machine.agent(['doctor', '--prove', '--yes', '--json', '--lang', 'en'], source)
    signed = parse(stdout, stderr)
  }, 900_000)
  afterAll(async () => {
    await machine?.close()
    await center?.close()
    rmSync(folder, { recursive: true, force: true })
  })
  const itemOf = (wanted: string) => signed.proof.items.find((item) => item.id === wanted)

  it('says that Wine stood in for Windows, so that nobody takes it for a proof of Windows', () => {
    expect(signed.proof.machine.standIn).toMatch(/^Wine \d/)
    expect(signed.proof.machine.build).toMatch(/^\d+/)
  })

  it.each([
    ['guard.tamper', /Deny_Execute of tape drives/],
    ['guard.default-deny', /./],
    ['policy.signature', /altered: .*one signature less: /],
    ['uplink.round-trip', /^connected/],
    ['agent.door', /tanmori-admin: O:S-1-5-/],
    ['journal.chain', /lines/],
    ['journal.durable', /the same/],
    ['clock', /drift/],
  ])('proves %s', (wanted, observed) => {
    expect(itemOf(wanted)).toMatchObject({ outcome: 'proven', observed: expect.stringMatching(observed) })
  })

  it('leaves the registry as it was', async () => {
    expect(await machine.registry.get(tape, 'Deny_Execute')).toEqual({ type: 'dword', number: 1 })
  })

  it('tells of a service that does not come back, and has started it itself', async () => {
    expect(itemOf('agent.recovers')).toMatchObject({
      outcome: 'disproven',
      observed: expect.stringMatching(/-> none in .*started by hand/),
    })
    const query = async () => (await machine.must(['sc query Tanmori']))[0]?.stdout ?? ''
    await until(
      async () => /STATE\s+: 4/.test(await query()),
      () => 'the service runs again',
      waitMs,
    )
  })

  it('names every reading and every call of this build, with its time and why it did not answer', () => {
    const { readings, calls } = signed.proof
    expect(readings.length).toBeGreaterThan(100)
    const defender = readings.find(({ control, name }) => control === 'av.resident' && name === 'defender')
    expect(defender?.failure?.reason).toBe('unsupported')
    expect(calls.find(({ name }) => name === 'SetupDiGetClassDevsW')).toMatchObject({ outcome: 'answered' })
  })

  it('reaches the center though the agent was killed, signed by the key that it was enrolled with', async () => {
    expect(findProofFault(signed)).toBeNull()
    const held = () => readProofs(center.folder.dir, id)
    await until(
      () => held().includes(proofDigest(signed.proof)),
      () => JSON.stringify(held()),
      waitMs,
    )
    const kinds = () => readLines(center.folder.dir, id).map(({ kind }) => kind)
    await until(
      () => kinds().includes('proof.made'),
      () => JSON.stringify(kinds()),
      waitMs,
    )
    expect(kinds().indexOf('proof.started')).toBeLessThan(kinds().indexOf('guard.tampered'))
  })

  skipInWine('agent.recovers is proven', 'its service manager keeps no failure actions and restarts nothing')
  skipInWine('guard.class-denied is proven', 'it has no devices')
  skipInWine('guard.write-fails is proven', 'it has no devices')
})

const answerSchema = z
  .object({ proof: signedProofSchema.shape.proof, signature: signedProofSchema.shape.signature })
  .transform(({ proof, signature }): SignedProof => ({ proof, signature }))

function parse(stdout: string, stderr: string): SignedProof {
  const parsed = answerSchema.safeParse(JSON.parse(stdout.startsWith('{') ? stdout : '{}'))
  if (!parsed.success) throw new Error(`wanted a proof, came ${stdout.slice(0, 500)} ${stderr}`)
  return parsed.data
}
