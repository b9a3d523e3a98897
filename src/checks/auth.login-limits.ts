import { z } from 'zod'
import { accountPolicyOf, accountPolicyReadings, explainAccountPolicy } from './account-policy.ts'
import { defineCheck, type SystemPart } from './check.ts'
import { type PamLine, pamArgument, serviceNames } from './pam.ts'
import { morePam, pamReadings, signInStacks } from './pam-files.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'
import { isMissing, known, textOf, unreadable } from './raw.ts'

/** `limit`: after how many failures it locks; 0: never; null: not told. */
const limitSchema = z.strictObject({ where: z.string(), limit: z.int().nullable() })
const schema = z.strictObject({ limits: z.array(limitSchema) })
type Facts = z.infer<typeof schema>
type Limit = z.infer<typeof limitSchema>

const faillockConf = '/etc/security/faillock.conf'
/** pam_faillock(8): without `deny`, three. */
const faillockDefault = 3

const linux: SystemPart<Facts> = {
  readings: () => ({ ...pamReadings, faillock: { kind: 'file', path: faillockConf } }),
  more: morePam,
  parse(raws) {
    const stacks = signInStacks(raws)
    if (!stacks.ok) return stacks
    const conf = textOf(raws, 'faillock')
    const confDeny = conf === null ? (isMissing(raws, 'faillock') ? faillockDefault : null) : denyOf(conf)
    const limits = Object.entries(stacks.facts).map(([where, lines]) => ({
      where,
      limit: lines === null ? null : limitOf(lines, confDeny),
    }))
    return known({ limits })
  },
  watch: () => ['/etc/pam.d', faillockConf],
}

const windows: SystemPart<Facts> = {
  readings: () => accountPolicyReadings,
  parse(raws) {
    const policy = accountPolicyOf(raws)
    if (policy === null) return unreadable(explainAccountPolicy(raws))
    return known({ limits: [{ where: 'Windows', limit: policy.lockAfterFailures }] })
  },
}

export const authLoginLimits = defineCheck({
  id: 'auth.login-limits',
  schema,
  linux,
  windows,
  isAsked: ({ policy }) => policy.accounts.lockAfterFailures > 0,
  judge({ limits }, { policy }) {
    const wanted = policy.accounts.lockAfterFailures
    if (wanted === 0) return null
    return judgePoints(
      limits.map((limit) => limitPoint(limit, wanted)),
      {
        ja: `サインインに${Math.max(...limits.map(({ limit }) => limit ?? 0))}回失敗するとアカウントをロックします（決まり: ${wanted}回以内）`,
        en: `accounts lock after ${Math.max(...limits.map(({ limit }) => limit ?? 0))} failed sign-ins (at most ${wanted} are permitted)`,
      },
    )
  },
  remedy: {
    ja: 'Linux では pam_faillock を有効にし（Debian・Ubuntu は pam-auth-update、RHEL 系は authselect enable-feature with-faillock）、/etc/security/faillock.conf の deny に回数を書きます。Windows では「アカウント ロックアウトのポリシー」のしきい値を設定します。',
    en: 'On Linux enable pam_faillock (pam-auth-update, or authselect enable-feature with-faillock) and set deny in /etc/security/faillock.conf; on Windows set the account lockout threshold.',
  },
})

/** faillock.conf(5): `deny = 5`. */
export function denyOf(conf: string): number {
  const found = [...conf.matchAll(/^[ \t]*deny[ \t]*=[ \t]*(\d+)/gm)].at(-1)?.[1]
  return found === undefined ? faillockDefault : Number(found)
}

/** Failures are counted by the line that comes after the password was wrong (`authfail`), or by pam_tally2. */
export function limitOf(lines: readonly PamLine[], confDeny: number | null): number | null {
  const auth = lines.filter(({ type }) => type === 'auth')
  const faillock = auth.find(({ module, args }) => module === 'pam_faillock' && args.includes('authfail'))
  if (faillock !== undefined) return numberOf(pamArgument(faillock, 'deny')) ?? confDeny
  const tally = auth.find(({ module }) => module === 'pam_tally2' || module === 'pam_tally')
  if (tally !== undefined) return numberOf(pamArgument(tally, 'deny')) ?? 0
  return 0
}

function numberOf(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null
}

function limitPoint({ where, limit }: Limit, wanted: number): Point {
  const who = serviceNames[where] ?? where
  if (limit === null) {
    return untold(where, {
      ja: `${who}の設定を最後まで読み取れません`,
      en: `the settings of ${where} cannot be read to their end`,
    })
  }
  if (limit === 0) {
    return fail(
      where,
      `${who}は、サインインに何回失敗してもロックしません（決まり: ${wanted}回以内）`,
      `${where} never locks, however often a sign-in fails (at most ${wanted} are permitted)`,
    )
  }
  if (limit > wanted) {
    return fail(
      where,
      `${who}は、サインインに${limit}回失敗するまでロックしません（決まり: ${wanted}回以内）`,
      `${where} locks only after ${limit} failures (at most ${wanted} are permitted)`,
    )
  }
  return pass(where, `${who}は${limit}回でロックします`, `${where} locks after ${limit}`)
}
