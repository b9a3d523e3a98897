import { auditEvidence } from './audit.evidence.ts'
import { auditSelfInspection } from './audit.self-inspection.ts'
import { authAccounts } from './auth.accounts.ts'
import { authLoginLimits } from './auth.login-limits.ts'
import { authMfa } from './auth.mfa.ts'
import { authPrivileged } from './auth.privileged.ts'
import { avDefinitions } from './av.definitions.ts'
import { avDetection } from './av.detection.ts'
import { avEngine } from './av.engine.ts'
import { avFullScan } from './av.full-scan.ts'
import { avResident } from './av.resident.ts'
import { avSettingsLocked } from './av.settings-locked.ts'
import { cfgNoStoredPassword } from './cfg.no-stored-password.ts'
import { cfgScreenLock } from './cfg.screen-lock.ts'
import { cfgSecuritySettings } from './cfg.security-settings.ts'
import { cfgTimeSync } from './cfg.time-sync.ts'
import { changeRecord } from './change.record.ts'
import { changeTwoPerson } from './change.two-person.ts'
import type { Check } from './check.ts'
import { deviceAllowlist } from './device.allowlist.ts'
import { deviceHardwareChange } from './device.hardware-change.ts'
import { deviceInputNew } from './device.input-new.ts'
import { deviceNeverBlock } from './device.never-block.ts'
import { exceptionApproval } from './exception.approval.ts'
import { grantSeparation } from './grant.separation.ts'
import { guardWatching } from './guard.watching.ts'
import { incidentEvidence } from './incident.evidence.ts'
import { logCollect } from './log.collect.ts'
import { logFailure } from './log.failure.ts'
import { logIntegrity } from './log.integrity.ts'
import { logRetention } from './log.retention.ts'
import { logTamperEvident } from './log.tamper-evident.ts'
import { mediaBlock } from './media.block.ts'
import { mediaCarryRecord } from './media.carry-record.ts'
import { mediaEncryption } from './media.encryption.ts'
import { mediaImportScan } from './media.import-scan.ts'
import { mediaLedger } from './media.ledger.ts'
import { mediaReadOnly } from './media.read-only.ts'
import { mediaRegisteredOnly } from './media.registered-only.ts'
import { monitorAlways } from './monitor.always.ts'
import { netApprovedOnly } from './net.approved-only.ts'
import { netInternalAttack } from './net.internal-attack.ts'
import { netIsolation } from './net.isolation.ts'
import { netListeningPorts } from './net.listening-ports.ts'
import { netQuarantine } from './net.quarantine.ts'
import { netWifiEncryption } from './net.wifi-encryption.ts'
import { noticeStaff } from './notice.staff.ts'
import { policyAuthentic } from './policy.authentic.ts'
import { policyCurrent } from './policy.current.ts'
import { policyDisplay } from './policy.display.ts'
import { swAllowlist } from './sw.allowlist.ts'
import { swLicence } from './sw.licence.ts'
import { swPatch } from './sw.patch.ts'
import { swServices } from './sw.services.ts'
import { swUnsupported } from './sw.unsupported.ts'
import { terminalLedger } from './terminal.ledger.ts'
import { usageHours } from './usage.hours.ts'

/** Every check, one line each. */
export const checks: readonly Check[] = [
  avResident,
  avDefinitions,
  avEngine,
  avFullScan,
  avSettingsLocked,
  avDetection,
  swPatch,
  swUnsupported,
  swServices,
  swAllowlist,
  swLicence,
  mediaBlock,
  mediaRegisteredOnly,
  mediaReadOnly,
  mediaCarryRecord,
  mediaLedger,
  mediaImportScan,
  mediaEncryption,
  deviceNeverBlock,
  deviceInputNew,
  guardWatching,
  policyCurrent,
  policyAuthentic,
  changeTwoPerson,
  changeRecord,
  grantSeparation,
  exceptionApproval,
  logIntegrity,
  incidentEvidence,
  auditEvidence,
  auditSelfInspection,
  policyDisplay,
  noticeStaff,
  terminalLedger,
  netQuarantine,
  monitorAlways,
  authLoginLimits,
  authMfa,
  authAccounts,
  authPrivileged,
  usageHours,
  deviceHardwareChange,
  deviceAllowlist,
  netApprovedOnly,
  netIsolation,
  netListeningPorts,
  netWifiEncryption,
  netInternalAttack,
  cfgSecuritySettings,
  cfgScreenLock,
  cfgNoStoredPassword,
  cfgTimeSync,
  logCollect,
  logRetention,
  logTamperEvident,
  logFailure,
]
