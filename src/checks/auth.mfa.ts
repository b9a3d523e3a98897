import { z } from 'zod'
import { defineCheck, type SystemPart } from './check.ts'
import { parseKeyfile } from './keyfile.ts'
import { serviceNames } from './pam.ts'
import { factorOf } from './pam-factors.ts'
import { morePam, pamReadings, signInStacks } from './pam-files.ts'
import { fail, judgePoints, naming, type Point, pass, untold } from './points.ts'
import { explainFailure, isMissing, keysOf, known, textOf, unreadable } from './raw.ts'

/**
 * `required`: nobody signs in there with a password alone. `optional`: a second factor is there and can be gone round.
 * `unclear`: something that could be one, whose settings only its maker's tools show.
 */
const waySchema = z.strictObject({
  where: z.string(),
  state: z.enum(['required', 'optional', 'none', 'unclear', 'unreadable']),
  factor: z.string(),
})
const schema = z.strictObject({ ways: z.array(waySchema) })
type Facts = z.infer<typeof schema>
type Way = z.infer<typeof waySchema>

const sssdConf = '/etc/sssd/sssd.conf'
const linux: SystemPart<Facts> = {
  readings: () => ({ ...pamReadings, sssd: { kind: 'file', path: sssdConf } }),
  more: morePam,
  parse(raws) {
    const stacks = signInStacks(raws)
    if (!stacks.ok) return stacks
    const sssd = textOf(raws, 'sssd')
    const certificates =
      sssd === null ? !isMissing(raws, 'sssd') : /^true$/i.test(parseKeyfile(sssd).pam?.pam_cert_auth ?? '')
    const ways = Object.entries(stacks.facts).map(([where, lines]) =>
      lines === null
        ? ({ where, state: 'unreadable', factor: '' } as const)
        : { where, ...factorOf(lines, certificates) },
    )
    return known({ ways })
  },
  watch: () => ['/etc/pam.d', sssdConf],
}

const systemPolicies = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Policies\\System'
const providers = 'HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Authentication\\Credential Providers'
const windows: SystemPart<Facts> = {
  readings: () => ({
    policies: { kind: 'registry', key: systemPolicies, depth: 0 },
    providers: { kind: 'registry', key: providers, depth: 1 },
  }),
  parse(raws) {
    const policies = keysOf(raws, 'policies')?.[0]
    if (policies === undefined) return unreadable(explainFailure(raws, 'policies'))
    if (policies.values.scforceoption === 1) {
      return known({ ways: [{ where: 'Windows', state: 'required', factor: 'scforceoption' }] })
    }
    const excluded = String(policies.values.ExcludedCredentialProviders ?? '').toLowerCase()
    const found = keysOf(raws, 'providers')
    if (found === null) return unreadable(explainFailure(raws, 'providers'))
    const others = found.flatMap((key) => otherProvider(key.path, key.values['']))
    if (others.length > 0) {
      return known({ ways: [{ where: 'Windows', state: 'unclear', factor: others.join(', ').slice(0, 200) }] })
    }
    const isPasswordShut = excluded.includes(passwordProvider)
    return known({ ways: [{ where: 'Windows', state: isPasswordShut ? 'required' : 'none', factor: '' }] })
  },
}

export const authMfa = defineCheck({
  id: 'auth.mfa',
  schema,
  linux,
  windows,
  isAsked: ({ policy }) => policy.accounts.mfa !== 'off',
  judge({ ways }, { policy }) {
    if (policy.accounts.mfa === 'off') return null
    const names = naming(ways.map((way) => serviceNames[way.where] ?? way.where))
    return judgePoints(ways.map(wayPoint), {
      ja: `サインイン（${names.ja}）には、パスワードのほかにもう一つの要素が必要です`,
      en: `signing in (${ways.map(({ where }) => where).join(', ')}) takes a second factor beside the password`,
    })
  },
  remedy: {
    ja: 'Linux では、IC カード（pam_pkcs11、sssd）、セキュリティキー（pam_u2f）、ワンタイムパスワード（pam_oath、pam_google_authenticator）のいずれかを required で加えます。Windows では「対話型ログオン: スマート カードが必要」を有効にするか、認証製品の管理画面で必須になっていることを確認してください。',
    en: 'On Linux add a smart card (pam_pkcs11, sssd), a security key (pam_u2f) or one-time passwords (pam_oath, pam_google_authenticator) as required. On Windows require smart cards, or see in the product’s own console that its factor is required.',
  },
})

/** {60b78e88-…}: Windows' own password tile. */
const passwordProvider = '{60b78e88-ead8-445c-9cfd-0b87f74ea6cd}'

/** Providers of Windows itself are told by their class; what another maker registered has its name as default value. */
function otherProvider(path: string, name: unknown): readonly string[] {
  const id = /\{[0-9a-f-]{36}\}$/i.exec(path)?.[0]?.toLowerCase()
  if (id === undefined || windowsProviders.has(id)) return []
  return [typeof name === 'string' && name !== '' ? name : id]
}

/** As registered by Windows 10 and 11 (credential providers of the system, wired and wireless sign-on included). */
const windowsProviders: ReadonlySet<string> = new Set([
  passwordProvider,
  '{01a30791-40ae-4653-ab2e-fd210019ae88}',
  '{1b283861-754f-4022-ad47-a5eaaa618894}',
  '{1ee7337f-85ac-45e2-a23c-37c753209769}',
  '{2135f72a-90b5-4ed3-a7f1-8bb705ac276a}',
  '{25cbb996-92ed-457e-b28c-4774084bd562}',
  '{27fbdb57-b613-4af2-9d7e-4fa7a66c21ad}',
  '{3dd6bec0-8193-4ffe-ae25-e08e39ea4063}',
  '{48b4e58d-2791-456c-9091-d524c6c706f2}',
  '{600e7adb-da3e-41a4-9225-3c0399e88c0c}',
  '{8841d728-1a76-4682-bb6f-a9ea53b4b3ba}',
  '{8af662bf-65a0-4d0a-a540-a338a999d36f}',
  '{8fd7e19c-3bf7-489b-a72c-846ab3678c96}',
  '{94596c7e-3744-41ce-893e-bbf09122f76a}',
  '{bec09223-b018-416d-a0ac-523971b639f5}',
  '{c5d7540a-cd51-453b-b22b-05305ba03f07}',
  '{c885aa15-1764-4293-b82a-0586add46b35}',
  '{cb82ea12-9f71-446d-89e1-8d0924e1256e}',
  '{d6886603-9d2f-4eb2-b667-1971041fa96b}',
  '{e74e57b0-6c6d-44d5-9cda-fb2df5ed7435}',
  '{f8a0b131-5f68-486c-8040-7e8fc3c85bb6}',
  '{f8a1793b-7873-4046-b2a7-1f318747f427}',
])

function wayPoint({ where, state, factor }: Way): Point {
  const who = serviceNames[where] ?? where
  const named = factor === '' ? { ja: '', en: '' } : { ja: `（${factor}）`, en: ` (${factor})` }
  if (state === 'required') return pass(where, `${who}は多要素です${named.ja}`, `${where} takes two factors${named.en}`)
  if (state === 'none') {
    return fail(where, `${who}はパスワードだけでサインインできます`, `${where} takes a password alone`)
  }
  if (state === 'optional') {
    return fail(
      where,
      `${who}には第2の要素${named.ja}がありますが、パスワードだけでもサインインできます`,
      `${where} has a second factor${named.en}, but a password alone is enough`,
    )
  }
  if (state === 'unclear') {
    return untold(where, {
      ja: `${who}に認証製品${named.ja}がありますが、必須かどうかは製品の管理画面でしか分かりません`,
      en: `${where} has a sign-in product${named.en}; only its own console shows whether it is required`,
    })
  }
  return untold(where, {
    ja: `${who}の設定を最後まで読み取れません`,
    en: `the settings of ${where} cannot be read to their end`,
  })
}
