import { z } from 'zod'
import { envelopeSchema } from './messages.ts'
import { zones } from './zone.ts'

/**
 * What an enrolment token carries, as `tanmori1.` + base64url(JSON). It is made by the center's administrator and
 * handed over by hand: the fingerprints in it are what the terminal trusts, not the network.
 */
export const enrolTokenSchema = z.strictObject({
  /** `https://host:port` of the collector */
  url: z.url({ protocol: /^https$/ }),
  /** SHA-256 of the DER of the center's CA certificate */
  caSha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** SHA-256 of the payload bytes of the trust root to start with */
  rootSha256: z.string().regex(/^[0-9a-f]{64}$/),
  id: z.string().max(64),
  secret: z.string().max(128),
  zone: z.enum(zones),
  group: z.string().max(100),
})
export type EnrolToken = z.infer<typeof enrolTokenSchema>

/** Body of `POST /enrol` */
export const enrolRequestSchema = z.strictObject({
  tokenId: z.string().max(64),
  secret: z.string().max(128),
  /** PKCS #10, PEM, ECDSA P-256; the private key stays on the terminal */
  csr: z.string().max(8192),
  hostname: z.string().max(255),
  os: z.string().max(200),
  hardware: z.string().regex(/^[0-9a-f]{64}$/),
  agentVersion: z.string().max(64),
})
export type EnrolRequest = z.infer<typeof enrolRequestSchema>

/** Its answer; errors come as `{code, detail}` with status 4xx. */
export const enrolResponseSchema = z.strictObject({
  terminalId: z.string().max(64),
  certificate: z.string().max(16384), // PEM
  ca: z.string().max(16384), // PEM
  /** The trust root, in an envelope signed by its own keys; its payload must hash to the token's `rootSha256`. */
  root: envelopeSchema,
  zone: z.enum(zones),
  group: z.string().max(100),
})
export type EnrolResponse = z.infer<typeof enrolResponseSchema>
