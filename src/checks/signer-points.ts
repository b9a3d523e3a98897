import { z } from 'zod'
import { foldPerson } from '../policy/person.ts'
import { fail, naming, type Point, pass } from './points.ts'

/** The policy in force and who signed it; what was refused is counted in the journal. */
export const signedPolicyFacts = z
  .object({
    id: z.string(),
    version: z.int(),
    signers: z.array(z.object({ holder: z.string(), role: z.string(), keyId: z.string() })),
    refused: z.object({ policy: z.int(), grant: z.int(), root: z.int() }),
  })
  .nullable()
export type SignedPolicy = NonNullable<z.infer<typeof signedPolicyFacts>>

export function signerPoint({ id, version, signers }: SignedPolicy): Point {
  const holders = new Set(signers.map(({ holder }) => foldPerson(holder)))
  const names = naming(signers.map(({ holder, role }) => `${holder}（${role}）`))
  if (holders.size >= 2) {
    return pass(
      'signers',
      `ポリシー ${id} v${version} の署名者: ${names.ja}`,
      `${id} v${version} is signed by ${names.en}`,
    )
  }
  return fail(
    'signers',
    `ポリシー ${id} v${version} に2名の署名がありません（確認できた署名者: ${holders.size}名）`,
    `policy ${id} v${version} lacks the signatures of two people (${holders.size} known)`,
  )
}
