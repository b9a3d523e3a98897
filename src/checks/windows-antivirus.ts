import type { AntivirusFacts } from './antivirus-product.ts'
import { defenderProduct, defenderReading, defenderStatus } from './defender.ts'
import { explainFailure, known, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import { securityCenterProducts, securityCenterReading } from './security-center.ts'
import { vendorReadings, withVendorFacts } from './vendor-registry.ts'

export const windowsAntivirusReadings: Readings = {
  'security-center': securityCenterReading,
  defender: defenderReading,
  ...vendorReadings,
}

/** Products as registered; where Defender answers, its own word counts for it. */
export function parseWindowsAntivirus(raws: Raws): Parsed<AntivirusFacts> {
  const registered = securityCenterProducts(raws, 'security-center')
  const status = defenderStatus(raws, 'defender')
  if (registered === null && status === null) return unreadable(explainFailure(raws, 'security-center'))
  const others = (registered ?? []).map((product) => withVendorFacts(product, raws))
  const isComplete = registered !== null
  if (status === null) return known({ products: [...others], isComplete })
  return known({ products: [defenderProduct(status), ...others.filter(({ id }) => id !== 'defender')], isComplete })
}
