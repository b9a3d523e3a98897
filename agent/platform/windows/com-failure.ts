import type { FailureReason } from '../../../src/checks/reading.ts'

export type ComFailure = Readonly<{ reason: FailureReason; meaning: string }>

/** What an HRESULT of COM, WMI (wbemcli.h) or the Windows Update Agent (wuerror.h) means for whoever asked. */
export function explainResult(result: number): ComFailure {
  return meanings.get(result >>> 0) ?? { reason: 'failed', meaning: 'Windows refused' }
}

/** The same for an error of winerror.h or lmerr.h. */
export function explainWin32(code: number): ComFailure {
  return win32Meanings.get(code) ?? { reason: 'failed', meaning: 'Windows refused' }
}

const win32Meanings: ReadonlyMap<number, ComFailure> = new Map<number, ComFailure>([
  [1, { reason: 'unsupported', meaning: 'not implemented by this Windows' }],
  [5, { reason: 'denied', meaning: 'access denied' }],
  [50, { reason: 'unsupported', meaning: 'not supported by this Windows' }],
  [120, { reason: 'unsupported', meaning: 'not implemented by this Windows' }],
  [124, { reason: 'unsupported', meaning: 'not told in this form by this Windows' }],
  [1062, { reason: 'unsupported', meaning: 'the service behind it does not run' }],
  [1314, { reason: 'denied', meaning: 'a privilege is missing' }],
  [1332, { reason: 'failed', meaning: 'no such account' }],
  [1722, { reason: 'failed', meaning: 'the service behind it does not run' }],
])

const meanings: ReadonlyMap<number, ComFailure> = new Map<number, ComFailure>([
  [0x8004100e, { reason: 'unsupported', meaning: 'this Windows has no such WMI namespace' }],
  [0x80041010, { reason: 'unsupported', meaning: 'this Windows has no such WMI class' }],
  [0x80041002, { reason: 'unsupported', meaning: 'this Windows has no such WMI object' }],
  [0x8004100c, { reason: 'unsupported', meaning: 'the WMI provider does not support it here' }],
  [0x80041024, { reason: 'unsupported', meaning: 'the WMI provider cannot answer it here' }],
  [0x80041011, { reason: 'unsupported', meaning: 'this Windows has no such WMI provider' }],
  [0x80040154, { reason: 'unsupported', meaning: 'no such COM class is registered' }],
  [0x800401f3, { reason: 'unsupported', meaning: 'no such COM class is registered' }],
  [0x80004001, { reason: 'unsupported', meaning: 'not implemented by this Windows' }],
  [0x80004002, { reason: 'unsupported', meaning: 'no such COM interface' }],
  [0x80041003, { reason: 'denied', meaning: 'access denied by WMI' }],
  [0x80070005, { reason: 'denied', meaning: 'access denied' }],
  [0x80041013, { reason: 'failed', meaning: 'the WMI provider could not be loaded' }],
  [0x80041017, { reason: 'failed', meaning: 'the WMI query is not valid' }],
  [0x80041033, { reason: 'failed', meaning: 'WMI is shutting down' }],
  [0x800706ba, { reason: 'failed', meaning: 'the service behind it does not run' }],
  [0x800706be, { reason: 'failed', meaning: 'the service behind it ended' }],
  [0x80070422, { reason: 'unsupported', meaning: 'the service behind it is disabled' }],
  [0x80240438, { reason: 'failed', meaning: 'Windows Update has no way to its server' }],
  [0x8024402c, { reason: 'failed', meaning: 'Windows Update does not find its server' }],
  [0x8024001e, { reason: 'failed', meaning: 'Windows Update is stopping' }],
  [0x8024000e, { reason: 'failed', meaning: 'the data of Windows Update are damaged' }],
  [0x8024a000, { reason: 'failed', meaning: 'the service of automatic updates does not run' }],
])
