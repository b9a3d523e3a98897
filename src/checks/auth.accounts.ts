import { type Account, type Accounts, accountsSchema } from './account-facts.ts'
import { linuxAccounts } from './accounts-linux.ts'
import { windowsAccounts } from './accounts-windows.ts'
import { defineCheck, type JudgeContext } from './check.ts'
import { daysBetween } from './japan-time.ts'
import { fail, judgePoints, type Point, pass, untold } from './points.ts'

export const authAccounts = defineCheck({
  id: 'auth.accounts',
  schema: accountsSchema,
  linux: linuxAccounts,
  windows: windowsAccounts,
  judge(facts, context) {
    const { accounts: rules } = context.policy
    const judged = facts.accounts.filter(({ name, isEnabled }) => isEnabled && !rules.exempt.includes(name))
    const points = [
      ...judged.flatMap((account) => accountPoints(account, facts, context)),
      ...facts.shared.filter(({ uid }) => uid !== 0).map(sharedPoint),
      ...guestPoints(facts, context),
      ...lengthPoints(facts, context),
      ...facts.missing.map((reason, index) => untold(`missing:${index}`, reason)),
    ]
    return judgePoints(points, {
      ja: `使えるアカウント${judged.length}件に、未使用・無期限などの問題はありません`,
      en: `the ${judged.length} accounts that can be used are in order`,
    })
  },
  remedy: {
    ja: '使わないアカウントは無効にし（usermod -L -e 1 名前）、空のパスワードは必ず設定してください。業務上必要な例外は、ポリシーの accounts.exempt に載せます。',
    en: 'Disable accounts that nobody uses (usermod -L -e 1 NAME) and set every empty password. Name those that must stay in accounts.exempt.',
  },
  triggers: ['sessions', 'policy'],
})

function accountPoints(account: Account, facts: Accounts, context: JudgeContext): readonly Point[] {
  const { neverExpiring } = context.policy.accounts
  const { name, password, neverExpires } = account
  return [
    password === 'empty'
      ? fail(`empty:${name}`, `${name} はパスワードなしでサインインできます`, `${name} needs no password`)
      : pass(`empty:${name}`, `${name} にはパスワードがあります`, `${name} has a password`),
    ...(neverExpiring === 'off' && neverExpires === true
      ? [fail(`forever:${name}`, `${name} のパスワードは無期限です`, `the password of ${name} never expires`)]
      : []),
    ...unusedPoints(account, facts, context),
  ]
}

/** An account that was never used is as old as its password; root is there on every system and is judged elsewhere. */
function unusedPoints(account: Account, facts: Accounts, { policy, now }: JudgeContext): readonly Point[] {
  const { name, uid, lastSignIn, passwordSet } = account
  const maxDays = policy.accounts.unusedMaxDays
  if (uid === 0 || !facts.isSignInKnown) return []
  const key = `unused:${name}`
  if (lastSignIn !== null) {
    const days = daysBetween(new Date(lastSignIn), now)
    if (days <= maxDays) return [pass(key, `${name} は使われています`, `${name} is in use`)]
    return [
      fail(
        key,
        `${name} は${days}日間使われていません（最終 ${lastSignIn}、決まり: ${maxDays}日以内）`,
        `${name} has not been used for ${days} days (last ${lastSignIn}; at most ${maxDays})`,
      ),
    ]
  }
  const since = [facts.recordsBegin, passwordSet]
    .filter((day) => day !== null)
    .sort()
    .at(-1)
  const known = facts.recordsBegin === null ? passwordSet : since
  if (known === null || known === undefined) {
    return [
      untold(key, {
        ja: `${name} がいつから使われていないか分かりません`,
        en: `since when ${name} is unused is not known`,
      }),
    ]
  }
  const days = daysBetween(new Date(known), now)
  if (days <= maxDays) {
    return [pass(key, `${name} は${known}以降まだ使われていません`, `${name} has not been used since ${known}`)]
  }
  return [
    fail(
      key,
      `${name} は${days}日以上サインインの記録がありません（決まり: ${maxDays}日以内）`,
      `${name} has no sign-in on record for ${days} days or more (at most ${maxDays})`,
    ),
  ]
}

function sharedPoint({ uid, names }: Accounts['shared'][number]): Point {
  const list = names.join('、')
  return fail(
    `shared:${uid}`,
    `同じ番号（uid ${uid}）のアカウントがあります: ${list}`,
    `uid ${uid} belongs to ${names.join(', ')}`,
  )
}

function guestPoints({ guest }: Accounts, { policy }: JudgeContext): readonly Point[] {
  if (policy.accounts.guest === 'any') return []
  if (guest === 'off') return [pass('guest', 'ゲストは使えません', 'guests cannot sign in')]
  if (guest === 'on') return [fail('guest', 'ゲストでサインインできます', 'a guest can sign in')]
  return [untold('guest', { ja: 'ゲストが使えるかを読み取れません', en: 'whether a guest can sign in cannot be read' })]
}

function lengthPoints({ passwordMinLength }: Accounts, { policy }: JudgeContext): readonly Point[] {
  const wanted = policy.accounts.passwordMinLength
  if (wanted === 0) return []
  if (passwordMinLength === null) {
    return [
      untold('length', {
        ja: 'パスワードの最小文字数を読み取れません',
        en: 'the shortest password permitted cannot be read',
      }),
    ]
  }
  if (passwordMinLength >= wanted) {
    return [
      pass('length', `最小文字数は${passwordMinLength}です`, `passwords have at least ${passwordMinLength} characters`),
    ]
  }
  return [
    fail(
      'length',
      `パスワードは${passwordMinLength}文字から設定できます（決まり: ${wanted}文字以上）`,
      `passwords of ${passwordMinLength} characters are taken (at least ${wanted} are asked)`,
    ),
  ]
}
