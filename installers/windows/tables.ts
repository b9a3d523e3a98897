/** Texts of the package, in Japanese: people who look at the list of installed programs read them. */
export const texts = {
  product: '端守 Tanmori',
  maker: '端守 (Tanmori)',
  service: '端守 Tanmori',
  serviceDescription:
    '可搬媒体と機器の利用を、自治体のポリシーに従って制御します。(Guards removable media and devices)',
  newerInstalled:
    'より新しい版の端守が導入されています。古い版へは戻せません。(A newer version of Tanmori is installed; going back is refused.)',
  needs64Bit: '端守には64ビット版の Windows 10 (1809) 以降が必要です。(64-bit Windows 10 1809 or later is required.)',
  actionFailed:
    '処理「[2]」が完了しませんでした。取外し（CheckRemoval）の場合：この端末のポリシーは、署名された許可のない取外しを認めていません。許可を適用するか、RELEASE=許可のファイル を付けて実行してください。(Action [2] did not succeed. CheckRemoval: the policy of this terminal asks for a signed release; apply it, or give RELEASE=FILE.) {{[3] [4] [5]}}',
} as const

/** Only SYSTEM and administrators; nothing is inherited from %ProgramData%, which everybody may write to. */
export const dataFolderSddl = 'O:SYG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'

/** The number that SetUp and Harden have: files, registry and service are there, and nothing has started. */
const sequences = {
  FindRelatedProducts: 25,
  CheckRemoval: 1510,
  RemoveExistingProducts: 1501,
  TakeAway: 1910,
  Purge: 1911,
  SetUp: 5850,
  Harden: 5860,
} as const

/** What the log, and whoever reads it, never sees. */
const hiddenProperties = ['TOKEN', 'SetUp']
const secureProperties = ['CENTER', 'GROUP', 'PURGE', 'RELEASE', 'TOKEN', 'TOKENFILE', 'ZONE']

/** The statements for msibuild, in order; the code page must be set before any of them. */
export function tableStatements(version: string): readonly string[] {
  return [
    ...Object.entries(sequences).map(
      ([action, number]) => `UPDATE \`InstallExecuteSequence\` SET \`Sequence\`=${number} WHERE \`Action\`='${action}'`,
    ),
    setProperty('ProductName', texts.product),
    setProperty('Manufacturer', texts.maker),
    setProperty(
      'SecureCustomProperties',
      [...secureProperties, 'WIX_DOWNGRADE_DETECTED', 'WIX_UPGRADE_DETECTED'].join(';'),
    ),
    `INSERT INTO \`Property\` (\`Property\`,\`Value\`) VALUES ('MsiHiddenProperties','${hiddenProperties.join(';')}')`,
    `UPDATE \`ServiceInstall\` SET \`DisplayName\`='${texts.service}',\`Description\`='${texts.serviceDescription}'`,
    `UPDATE \`CustomAction\` SET \`Target\`='${texts.newerInstalled}' WHERE \`Action\`='WIX_DOWNGRADE_DETECTED'`,
  ]
}

function setProperty(name: string, value: string): string {
  return `UPDATE \`Property\` SET \`Value\`='${value}' WHERE \`Property\`='${name}'`
}
