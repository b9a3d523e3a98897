import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

export type ScryptCost = Readonly<{ N: number; r: number; p: number }>
/** One of OWASP's choices for scrypt (Password Storage Cheat Sheet): 32 MiB while it runs. */
export const defaultCost: ScryptCost = { N: 2 ** 15, r: 8, p: 3 }
const maxMemoryBytes = 64 * 1024 * 1024
const keyBytes = 32
export const minPasswordLength = 12

/** `scrypt$N$r$p$salt$hash`, the last two in base64url. */
export async function hashPassword(password: string, cost = defaultCost): Promise<string> {
  const salt = randomBytes(16)
  const key = await derive(password, salt, cost)
  return ['scrypt', cost.N, cost.r, cost.p, salt.toString('base64url'), key.toString('base64url')].join('$')
}

/** The same work is done where `stored` is null: whether a name exists cannot be told by the time it takes. */
export async function isPassword(password: string, stored: string | null, cost = defaultCost): Promise<boolean> {
  const [, n, r, p, salt, hash] = (stored ?? describeUnknown(cost)).split('$')
  if (salt === undefined || hash === undefined) return false
  const wanted = Buffer.from(hash, 'base64url')
  const came = await derive(password, Buffer.from(salt, 'base64url'), { N: Number(n), r: Number(r), p: Number(p) })
  return came.length === wanted.length && timingSafeEqual(came, wanted) && stored !== null
}

/** Sixteen letters and digits in four groups: 80 bits, easy to type once. */
export function createOneTimePassword(): string {
  const letters = 'abcdefghijkmnpqrstuvwxyz23456789'
  const text = [...randomBytes(16)].map((byte) => letters[byte % letters.length]).join('')
  return text.replaceAll(/(.{4})(?=.)/g, '$1-')
}

function describeUnknown({ N, r, p }: ScryptCost): string {
  return `scrypt$${N}$${r}$${p}$${'A'.repeat(22)}$${'A'.repeat(43)}`
}

function derive(password: string, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, keyBytes, { N, r, p, maxmem: maxMemoryBytes }, (error, key) => {
      if (error === null) resolve(key)
      else reject(error)
    })
  })
}
