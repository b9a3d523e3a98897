import { z } from 'zod'
import type { Policy } from '../policy/schema.ts'
import { failed, type Judgement, unknown } from './check.ts'
import { listNames } from './item.ts'
import { matchesName } from './name-pattern.ts'

/** One antivirus product as far as it can be read; null: this product gives no way to tell. */
export const antivirusSchema = z.strictObject({
  id: z.string(),
  name: z.string(),
  isRunning: z.boolean().nullable(),
  scansOnAccess: z.boolean().nullable(),
  /** When the definitions in use were made. */
  definitionsAt: z.iso.datetime().nullable(),
  definitionsVersion: z.string().nullable(),
  /** What the product itself says of its definitions. */
  saysCurrent: z.boolean().nullable(),
  engine: z.string().nullable(),
  /** The last scan of the whole terminal; `never` where the product says that there was none. */
  fullScanAt: z.union([z.iso.datetime(), z.literal('never')]).nullable(),
})
export type Antivirus = z.infer<typeof antivirusSchema>

/** `isComplete`: whatever is not among the products is not there. Not so where products are known by a table. */
export const antivirusFactsSchema = z.strictObject({ products: z.array(antivirusSchema), isComplete: z.boolean() })
export type AntivirusFacts = z.infer<typeof antivirusFactsSchema>

export function createAntivirus(known: Readonly<Pick<Antivirus, 'id' | 'name'> & Partial<Antivirus>>): Antivirus {
  return { ...nothingKnown, ...known }
}

/** The products that the policy counts (all of them where it names none), or the judgement that there is none. */
export function countingProducts(
  { products, isComplete }: AntivirusFacts,
  { antivirus }: Policy,
): Readonly<{ products: readonly Antivirus[]; none: Judgement | null }> {
  const { products: names } = antivirus
  const isNamed = ({ name }: Antivirus) => names.some((pattern) => matchesName(`*${pattern}*`, name))
  const counting = names.length === 0 ? products : products.filter(isNamed)
  if (counting.length > 0) return { products: counting, none: null }
  return { products: [], none: names.length === 0 ? noProduct : noNamedProduct(names, isComplete) }
}

const noProduct = failed('不正プログラム対策ソフトが動作していません', 'No antivirus product is running')

/** A product that the policy names and that no table knows can be there unseen. */
function noNamedProduct(names: readonly string[], isComplete: boolean): Judgement {
  const list = listNames(names)
  const isKnown = names.every((name) => linuxProducts.some((product) => matchesName(`*${name}*`, product.name)))
  if (isComplete || isKnown) {
    return failed(`定められた製品（${list.ja}）が動作していません`, `The required product (${list.en}) is not running`)
  }
  return unknown(
    `${list.ja} が動作しているかどうかを、この端末では読み取れません`,
    `Whether ${list.en} is running cannot be read on this terminal`,
  )
}

/**
 * Products by the process that a terminal with it runs (`comm`, at most 15 characters) and the one that scans on access.
 * On Windows no table is needed: every product registers itself with the Security Center.
 */
export const linuxProducts: readonly Readonly<{ id: string; name: string; runs: string; onAccess: string }>[] = [
  { id: 'clamav', name: 'ClamAV', runs: 'clamd', onAccess: 'clamonacc' },
  { id: 'trend-micro', name: 'Trend Micro Deep Security / Vision One', runs: 'ds_agent', onAccess: 'ds_am' },
  { id: 'eset', name: 'ESET Endpoint Antivirus / Server Security', runs: 'scand', onAccess: 'oaeventd' },
  { id: 'trellix', name: 'Trellix (McAfee) Endpoint Security', runs: 'mfetpd', onAccess: 'mfetpd' },
  { id: 'symantec', name: 'Symantec Agent for Linux', runs: 'sisamdagent', onAccess: 'sisamdagent' },
  { id: 'withsecure', name: 'WithSecure (F-Secure) Linux Security', runs: 'fsoasd', onAccess: 'fsoasd' },
  { id: 'defender', name: 'Microsoft Defender for Endpoint', runs: 'wdavdaemon', onAccess: 'wdavdaemon' },
  { id: 'kaspersky', name: 'Kaspersky Endpoint Security', runs: 'kesl', onAccess: 'kesl' },
  { id: 'sophos', name: 'Sophos Protection for Linux', runs: 'sophos_threat_d', onAccess: 'soapd' },
]

const nothingKnown = {
  isRunning: null,
  scansOnAccess: null,
  definitionsAt: null,
  definitionsVersion: null,
  saysCurrent: null,
  engine: null,
  fullScanAt: null,
} as const
