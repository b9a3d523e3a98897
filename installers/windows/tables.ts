/** Texts of the package: who looks at the list of programs, or at why an installation ended, reads them. */
export const texts = {
  product: '端守 Tanmori',
  maker: '端守 Tanmori',
  service: '端守 Tanmori',
  /** As the agent sets it at each start (agent/platform/windows/service-config.ts). */
  serviceDescription:
    '記憶媒体と機器の制御、点検、証跡の記録を行い、この端末を守ります。 Guards this terminal: removable media, devices, checks and their record.',
  newerInstalled:
    'より新しい版の端守が導入されています。古い版には戻せません。(A newer version of Tanmori is installed; going back is refused.)',
  needs64Bit: '端守には 64 ビット版の Windows が必要です。(Tanmori needs 64-bit Windows.)',
  badZone:
    'ZONE には mynumber、lgwan、internet のいずれかを指定してください。(ZONE: wanted mynumber, lgwan or internet, came [ZONE].)',
  actionFailed:
    '処理「[2]」が完了しませんでした。CheckRemoval の場合、この端末のポリシーは署名された許可のない取外しを認めていません。許可を適用するか、RELEASE=許可のファイル を付けて実行してください。SetUp の場合、CENTER、TOKEN、TOKENFILE、GROUP の値を確かめてください。(Action [2] did not succeed. CheckRemoval: the policy of this terminal asks for a signed release: apply it, or give RELEASE=FILE. SetUp: look at CENTER, TOKEN, TOKENFILE and GROUP.)',
} as const

/** Only SYSTEM and administrators; nothing is inherited from %ProgramData%, where everybody may make files. */
export const dataFolderSddl = 'O:SYG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)'

/** Installer's own tables know Japanese in this code page alone where Windows has no UTF-8 locale ("Code Page Handling"). */
export const codePage = 932

/**
 * wixl sorts its own way and may put a deferred action outside of the transaction. The old version goes inside of it, so
 * that a failure brings it back; settings come once files and the service are there, and before anything starts.
 */
const sequences = {
  RemoveExistingProducts: 1501,
  CheckRemoval: 1510,
  TakeAway: 1910,
  Purge: 1911,
  Harden: 5860,
  SetUp: 5870,
} as const

/** The token is in no log: neither as a property nor on the command line of what takes it. */
const hiddenProperties = 'TOKEN'
/** Passed on to the part that runs as SYSTEM. */
const secureProperties = 'CENTER;GROUP;PURGE;RELEASE;TOKEN;TOKENFILE;WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;ZONE'

/** CustomAction Table, "Type": msidbCustomActionTypeHideTarget, keeps the command line out of the log. */
const hideTarget = 0x2000
/** What wixl makes of `Execute="deferred" Impersonate="no"` and a file: 18 + 1024 + 2048. */
const deferredAsSystem = 3090

const eventLogKey = 'SYSTEM\\CurrentControlSet\\Services\\EventLog\\Application\\Tanmori'

/** Start again after 1 s, 5 s, then every minute; counted anew after a day ("MsiServiceConfigFailureActions Table"). */
const failureActions = { actions: '1[~]1[~]1', delays: '1000[~]5000[~]60000', resetSeconds: 86_400 } as const

/** The statements for msibuild, in order. The code page must be set before any of them. */
export function tableStatements(version: string): readonly string[] {
  return [
    ...Object.entries(sequences).map(
      ([action, at]) => `UPDATE \`InstallExecuteSequence\` SET \`Sequence\`=${at} WHERE \`Action\`='${action}'`,
    ),
    setProperty('ProductName', texts.product),
    setProperty('Manufacturer', texts.maker),
    setProperty('SecureCustomProperties', secureProperties),
    `INSERT INTO \`Property\` (\`Property\`,\`Value\`) VALUES ('MsiHiddenProperties','${hiddenProperties}')`,
    `UPDATE \`CustomAction\` SET \`Type\`=${deferredAsSystem + hideTarget} WHERE \`Action\`='SetUp'`,
    `UPDATE \`Feature\` SET \`Title\`='${texts.product}'`,
    `UPDATE \`ServiceInstall\` SET \`DisplayName\`='${texts.service}',\`Description\`='${texts.serviceDescription}'`,
    // A file with a version on disk is kept where the one that comes has none.
    `UPDATE \`File\` SET \`Version\`='${version}.0',\`Language\`='1033' WHERE \`File\`='AgentExe'`,
    // "#%" is REG_EXPAND_SZ (Registry Table).
    `UPDATE \`Registry\` SET \`Value\`='#%%SystemRoot%\\System32\\EventCreate.exe' WHERE \`Name\`='EventMessageFile'`,
    `UPDATE \`Registry\` SET \`Key\`='${eventLogKey}' WHERE \`Component_\`='EventSource'`,
    `UPDATE \`Registry\` SET \`Key\`='SOFTWARE\\Tanmori' WHERE \`Component_\`='Installed'`,
    `UPDATE \`Registry\` SET \`Key\`='SOFTWARE\\Tanmori' WHERE \`Component_\`='Data'`,
    ...registryCleanup(),
    ...launchConditions(),
    `INSERT INTO \`Error\` (\`Error\`,\`Message\`) VALUES (1722,'${texts.actionFailed}')`,
    ...permissions(),
    ...recovery(),
  ]
}

/**
 * What the agent itself keeps below the key, such as the mark of this boot. Not by a row of the Registry table: an upgrade
 * would obey that too. 34 + 1024 + 2048 + 64: a program by its path, deferred, as SYSTEM, whatever it ends with.
 */
function registryCleanup(): readonly string[] {
  const type = 3170
  const condition = 'REMOVE~="ALL" AND NOT UPGRADINGPRODUCTCODE'
  const target = '"[System64Folder]reg.exe" delete HKLM\\SOFTWARE\\Tanmori /f /reg:64'
  return [
    `INSERT INTO \`CustomAction\` (\`Action\`,\`Type\`,\`Source\`,\`Target\`) VALUES ('ClearKey',${type},'TARGETDIR','${target}')`,
    `INSERT INTO \`InstallExecuteSequence\` (\`Action\`,\`Condition\`,\`Sequence\`) VALUES ('ClearKey','${condition}',2610)`,
  ]
}

function launchConditions(): readonly string[] {
  const add = (condition: string, text: string) =>
    `INSERT INTO \`LaunchCondition\` (\`Condition\`,\`Description\`) VALUES ('${condition}','${text}')`
  return [
    `UPDATE \`LaunchCondition\` SET \`Description\`='${texts.newerInstalled}' WHERE \`Condition\`='NOT WIX_DOWNGRADE_DETECTED'`,
    add('Installed OR VersionNT64', texts.needs64Bit),
    add('NOT ZONE OR ZONE="mynumber" OR ZONE="lgwan" OR ZONE="internet"', texts.badZone),
  ]
}

function permissions(): readonly string[] {
  return [
    'CREATE TABLE `MsiLockPermissionsEx` (`MsiLockPermissionsEx` CHAR(72) NOT NULL, `LockObject` CHAR(72) NOT NULL, `Table` CHAR(32) NOT NULL, `SDDLText` CHAR(0) NOT NULL, `Condition` CHAR(255) PRIMARY KEY `MsiLockPermissionsEx`)',
    `INSERT INTO \`MsiLockPermissionsEx\` (\`MsiLockPermissionsEx\`,\`LockObject\`,\`Table\`,\`SDDLText\`) VALUES ('DataFolder','DATADIR','CreateFolder','${dataFolderSddl}')`,
  ]
}

function recovery(): readonly string[] {
  const { actions, delays, resetSeconds } = failureActions
  const onInstallAndRepair = 5
  return [
    'CREATE TABLE `MsiServiceConfigFailureActions` (`MsiServiceConfigFailureActions` CHAR(72) NOT NULL, `Name` CHAR(255) NOT NULL LOCALIZABLE, `Event` SHORT NOT NULL, `ResetPeriod` LONG, `RebootMessage` CHAR(255) LOCALIZABLE, `Command` CHAR(255) LOCALIZABLE, `Actions` CHAR(0), `DelayActions` CHAR(0), `Component_` CHAR(72) NOT NULL PRIMARY KEY `MsiServiceConfigFailureActions`)',
    `INSERT INTO \`MsiServiceConfigFailureActions\` (\`MsiServiceConfigFailureActions\`,\`Name\`,\`Event\`,\`ResetPeriod\`,\`Actions\`,\`DelayActions\`,\`Component_\`) VALUES ('AgentFailure','Tanmori',${onInstallAndRepair},${resetSeconds},'${actions}','${delays}','Agent')`,
    "INSERT INTO `InstallExecuteSequence` (`Action`,`Condition`,`Sequence`) VALUES ('MsiConfigureServices','VersionMsi>=\"5.00\"',5850)",
  ]
}

function setProperty(name: string, value: string): string {
  return `UPDATE \`Property\` SET \`Value\`='${value}' WHERE \`Property\`='${name}'`
}
