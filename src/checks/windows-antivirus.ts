import type { AntivirusFacts } from './antivirus-product.ts'
import { defenderProduct, defenderReading, defenderStatus } from './defender.ts'
import { explainFailure, known, unreadable } from './raw.ts'
import type { Parsed, Raws, Readings } from './reading.ts'
import type { Sentence } from './result.ts'
import { securityCenterProducts, securityCenterReading } from './security-center.ts'
import { vendorReadings, withVendorFacts } from './vendor-registry.ts'
import { otherAntivirusProducts, otherAntivirusReadings } from './windows-antivirus-services.ts'

export const windowsAntivirusReadings: Readings = {
  'security-center': securityCenterReading,
  defender: defenderReading,
  ...vendorReadings,
}

/** Asked for only where the Security Center did not answer. */
export const windowsAntivirusMore = otherAntivirusReadings

/** Products as registered, else by their services; where Defender answers, its own word counts for it. */
export function parseWindowsAntivirus(raws: Raws): Parsed<AntivirusFacts> {
  const registered = securityCenterProducts(raws, 'security-center')
  const status = defenderStatus(raws, 'defender')
  const seen = registered ?? otherAntivirusProducts(raws)
  if (status === null && (seen === null || (registered === null && seen.length === 0))) {
    return unreadable(explainNothing(raws))
  }
  const others = (seen ?? []).map((product) => withVendorFacts(product, raws))
  const isComplete = registered !== null
  if (status === null) return known({ products: [...others], isComplete })
  return known({ products: [defenderProduct(status), ...others.filter(({ id }) => id !== 'defender')], isComplete })
}

/** A product that none of the three ways knows can be there all the same. */
function explainNothing(raws: Raws): Sentence {
  const [center, defender] = [explainFailure(raws, 'security-center'), explainFailure(raws, 'defender')]
  return {
    ja: `不正プログラム対策ソフトを確認できません（${center.ja}。${defender.ja}。既知の製品のサービスも見つかりません）`,
    en: `antivirus products cannot be told (${center.en}; ${defender.en}; no service of a known product was found)`,
  }
}
