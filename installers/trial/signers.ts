import { randomBytes } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { runJson } from './command.ts'

type SignRequest = Readonly<{ center: string; folder: string }>

/**
 * An author and an approver made on the spot, a demonstration root that names them, and the baseline of the
 * マイナンバー利用事務系 in `observe`, signed by both. A demonstration root is refused by every agent that is not on trial.
 */
export async function signDocuments({
  center,
  folder,
}: SignRequest): Promise<{ rootFile: string; policyFile: string }> {
  const place = join(folder, 'signers')
  mkdirSync(place, { mode: 0o700 })
  const author = await makeSigner({ center, place, name: 'author', holder: '試行の作成者（demonstration author）' })
  const approver = await makeSigner({
    center,
    place,
    name: 'approver',
    holder: '試行の承認者（demonstration approver）',
  })
  const rootFile = join(place, 'root.json')
  const keys = ['--public-keys', `${author.file}.pub.json`, `${approver.file}.pub.json`]
  await runJson(center, ['policy', 'root', 'new', '--demonstration', ...author.options, ...keys, '--out', rootFile])
  await runJson(center, ['policy', 'root', 'sign', rootFile, ...approver.options, '--yes'])

  const source = join(place, 'policy.yaml')
  await runJson(center, ['policy', 'new', '--zone', 'mynumber', '--id', 'trial', '--mode', 'observe', '--out', source])
  const policyFile = join(place, 'policy.dsse.json')
  await runJson(center, ['policy', 'sign', source, ...author.options, '--root', rootFile, '--out', policyFile])
  await runJson(center, ['policy', 'approve', policyFile, ...approver.options, '--root', rootFile, '--yes'])
  return { rootFile, policyFile }
}

type SignerRequest = Readonly<{ center: string; place: string; name: 'author' | 'approver'; holder: string }>

async function makeSigner({ center, place, name, holder }: SignerRequest) {
  const passphraseFile = join(place, `${name}.passphrase`)
  writeFileSync(passphraseFile, `${randomBytes(18).toString('base64url')}\n`, { mode: 0o600 })
  const file = join(place, `${name}.key.json`)
  const passphrase = ['--passphrase-file', passphraseFile]
  await runJson(center, ['policy', 'key', '--holder', holder, '--roles', name, '--out', file, ...passphrase])
  return { file, options: ['--key', file, ...passphrase] } as const
}
