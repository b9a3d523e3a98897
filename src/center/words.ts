/** Each role may do what the one before it may. */
export const roles = ['viewer', 'operator', 'administrator'] as const
export type Role = (typeof roles)[number]

/**
 * - `online` connected and heard lately, every sensor at work
 * - `degraded` connected, but a sensor has failed or lost its source
 * - `silent` not heard, and still within the grace period
 * - `offline` not heard for the whole grace period, during which the collector itself was awake
 * - `unknown` the collector was not there to hear it: just started, or just woken
 * - `revoked` its certificate is no longer accepted
 */
export const presenceStates = ['online', 'degraded', 'silent', 'offline', 'unknown', 'revoked'] as const
export type PresenceState = (typeof presenceStates)[number]

export const documentKinds = ['policy', 'grant', 'root', 'quarantine'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** What became of a pushed document on one terminal. */
export const documentOutcomes = ['waiting', 'applied', 'refused', 'reverted'] as const
export type DocumentOutcome = (typeof documentOutcomes)[number]

export const chainStates = ['empty', 'whole', 'broken'] as const
export type ChainState = (typeof chainStates)[number]

/**
 * What a draft policy would make of a device in use. `depends`: allowed for the people that its rule names, and the
 * center does not know who is signed in.
 */
export const deviceChanges = ['refuse', 'read-only', 'depends'] as const
export type DeviceChange = (typeof deviceChanges)[number]
