import { defineCheck } from './check.ts'
import { fail, judgePoints, naming, type Point, pass, untold } from './points.ts'
import { type Privileged, privilegedSchema } from './privileged-facts.ts'
import { linuxPrivileged } from './privileged-linux.ts'
import { windowsPrivileged } from './privileged-windows.ts'

export const authPrivileged = defineCheck({
  id: 'auth.privileged',
  schema: privilegedSchema,
  linux: linuxPrivileged,
  windows: windowsPrivileged,
  judge(facts, { policy }) {
    const { administrators: named, exempt } = policy.accounts
    const excused = new Set(exempt.map(fold))
    const permitted = new Set([...named, ...exempt].map(fold))
    const points = [
      ...facts.administrators.map((one) => administratorPoint(one, named.length > 0, permitted)),
      ...facts.withoutPassword.filter((who) => !excused.has(fold(who))).map(withoutPasswordPoint),
      ...facts.wellKnown.filter((name) => !permitted.has(fold(name))).map(wellKnownPoint),
      ...facts.missing.map((reason, index) => untold(`missing:${index}`, reason)),
    ]
    const names = naming(facts.administrators.map(({ name }) => name))
    return judgePoints([pass('read', '管理者を確認しました', 'administrators were read'), ...points], {
      ja: `管理者権限を持つのは ${names.ja} です${named.length === 0 ? '（ポリシーに管理者の名簿がないため、名簿との照合はしていません）' : ''}`,
      en: `administrators are ${names.en}${named.length === 0 ? ' (the policy names none, so they were not compared)' : ''}`,
    })
  },
  remedy: {
    ja: '名簿にない人は管理者のグループ（sudo、wheel、Administrators）から外してください。root や Administrator への直接のサインインは止め（passwd -l root）、NOPASSWD の規則は削除します。必要なものはポリシーの accounts.administrators か accounts.exempt に載せます。',
    en: 'Take whoever is not named out of the administrators’ groups (sudo, wheel, Administrators), shut direct sign-in as root or Administrator (passwd -l root) and remove NOPASSWD rules. Name what is needed in accounts.administrators or accounts.exempt.',
  },
  triggers: ['sessions', 'policy'],
})

type Administrator = Privileged['administrators'][number]

/** A second account with uid 0 is wrong whoever is named; root itself is judged by whether one can sign in as root. */
function administratorPoint(
  { name, through }: Administrator,
  isJudged: boolean,
  permitted: ReadonlySet<string>,
): Point {
  const key = `administrator:${name}`
  const how = through.join('、')
  if (permitted.has(fold(name)) || name === 'root')
    return pass(key, `${name} は管理者です`, `${name} is an administrator`)
  if (through.includes('uid 0')) {
    return fail(key, `${name} は root と同じ権限（uid 0）です`, `${name} has uid 0, as root has`)
  }
  if (!isJudged) return pass(key, `${name} は管理者です`, `${name} is an administrator`)
  return fail(
    key,
    `${name} は管理者の名簿にありませんが、管理者権限があります（${how}）`,
    `${name} is an administrator (${through.join(', ')}) and not named as one`,
  )
}

function withoutPasswordPoint(who: string): Point {
  return fail(
    `nopasswd:${who}`,
    `${who} はパスワードなしで管理者の操作ができます（sudoers の NOPASSWD）`,
    `${who} may act as administrator without a password (NOPASSWD in sudoers)`,
  )
}

function wellKnownPoint(name: string): Point {
  return fail(
    `well-known:${name}`,
    `既定の管理者名 ${name} でサインインできます`,
    `the well-known account ${name} can be signed in to`,
  )
}

/** Windows sign-in names ignore case. */
function fold(name: string): string {
  return name.normalize('NFC').toLowerCase()
}
