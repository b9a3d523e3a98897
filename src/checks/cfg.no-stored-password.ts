import { defineCheck } from './check.ts'
import { fail, judgePoints, pass, untold } from './points.ts'
import { storedPasswordsSchema } from './stored-passwords.ts'
import { linuxStoredPasswords } from './stored-passwords-linux.ts'
import { windowsStoredPasswords } from './stored-passwords-windows.ts'

export const cfgNoStoredPassword = defineCheck({
  id: 'cfg.no-stored-password',
  schema: storedPasswordsSchema,
  linux: linuxStoredPasswords,
  windows: windowsStoredPasswords,
  judge(facts, { policy: { accounts } }) {
    const automatic = accounts.automaticSignIn === 'off' ? facts.automatic : []
    const points = [
      pass('read', '設定とファイルを確認しました', 'settings and files were read'),
      ...automatic.map(({ where, user }) =>
        fail(
          `automatic:${where}`,
          `${user === '' ? '利用者' : user} が自動でサインインする設定です（${where}）`,
          `${user === '' ? 'somebody' : user} is signed in automatically (${where})`,
        ),
      ),
      ...facts.stored
        .filter(({ user }) => user === '' || !accounts.exempt.includes(user))
        .map(({ path, kind }) =>
          fail(
            `stored:${path}`,
            `${path} にパスワードが保存されています（${kind}）`,
            `a password is stored in ${path} (${kind})`,
          ),
        ),
      ...facts.browsers.map((name) =>
        fail(`browser:${name}`, `${name} にパスワードを保存できる設定です`, `users can keep passwords in ${name}`),
      ),
      ...facts.missing.map((reason, index) => untold(`missing:${index}`, reason)),
    ]
    return judgePoints(points, {
      ja: '自動サインインの設定も、保存されたパスワードも見つかりません',
      en: 'nobody is signed in automatically and no stored password was found',
    })
  },
  remedy: {
    ja: '自動サインインを止め、見つかったファイルのパスワードを消して、そのパスワードを変更してください。ブラウザーには、パスワードの保存を禁じるポリシー（PasswordManagerEnabled、OfferToSaveLogins を false）を配ります。共有フォルダーの資格情報ファイルは root だけが読めるようにします（chmod 600）。',
    en: 'Switch automatic sign-in off, remove the passwords found and change them. Forbid browsers to keep passwords (PasswordManagerEnabled or OfferToSaveLogins: false). Let only root read credentials files of shares (chmod 600).',
  },
  triggers: ['policy'],
})
