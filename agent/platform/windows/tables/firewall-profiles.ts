import { createDispatch } from '../win32/dispatch.ts'
import type { TableRow } from './row.ts'

/** NET_FW_PROFILE_TYPE2 (icftypes.h), by the names of the registry. */
const profiles = { DomainProfile: 1, StandardProfile: 2, PublicProfile: 4 } as const
/** NET_FW_ACTION_BLOCK */
const block = 0

/** INetFwPolicy2: what is in force for each kind of network, group policy and device management reckoned in. */
export function readFirewallProfiles(): readonly TableRow[] {
  const policy = createDispatch('HNetCfg.FwPolicy2')
  const rows = Object.entries(profiles).map(([name, profile]) => ({
    Profile: name,
    Enabled: policy.get('FirewallEnabled', profile),
    RefusesInbound: policy.get('DefaultInboundAction', profile) === block,
  }))
  policy.release()
  return rows
}
