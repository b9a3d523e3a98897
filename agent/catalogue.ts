export { type CataloguePart, type CatalogueProblem, readLifecycle, readStandards } from '../src/catalogue.ts'
