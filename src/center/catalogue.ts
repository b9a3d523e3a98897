import { type CatalogueProblem, readLifecycle, readStandards } from '../catalogue.ts'
import type { Lifecycle } from '../standards/lifecycle.ts'
import type { Standard } from '../standards/standard.ts'

/** The standards and end-of-support dates that lie beside the program; read once, when first asked for. */
export type Catalogue = Readonly<{
  standards(): Readonly<{ found: readonly Standard[]; problems: readonly CatalogueProblem[] }>
  lifecycle(): Lifecycle
}>

export function createCatalogue(policiesDir: string): Catalogue {
  let standards: ReturnType<Catalogue['standards']> | null = null
  let lifecycle: Lifecycle | null = null
  return {
    standards() {
      standards ??= readStandards(policiesDir)
      return standards
    },
    lifecycle() {
      lifecycle ??= readLifecycle(policiesDir).found
      return lifecycle
    },
  }
}
