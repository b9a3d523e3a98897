/** The primitives that verification needs, handed in: this folder does no I/O of its own. */
export type VerifyCrypto = Readonly<{
  /** Ed25519. False for a key or a signature that is malformed too; never throws. */
  verify(publicKeySpkiBase64: string, bytes: Uint8Array, signature: Uint8Array): boolean
  /** Lower-case hexadecimal. */
  sha256(bytes: Uint8Array): string
}>

/** Makes one Ed25519 signature of the bytes. */
export type Sign = (bytes: Uint8Array) => Uint8Array
