import { readCenterConfig } from '../../src/center/config.ts'
import { createCenter } from '../../src/center/deps.ts'

/** `node quick-center.ts FOLDER`: a center whose grace periods a test can outlast, and two slow cores cannot. */
const config = readCenterConfig(process.argv[2] ?? '')
const collectorLimits = { tickMs: 200, sleptAfterMs: 500, silentAfterMs: 8_000, offlineAfterMs: 16_000 }
const center = await createCenter(config, { collectorLimits })
await center.start()
console.log('quick center runs')
process.once('SIGTERM', () => void center.stop())
