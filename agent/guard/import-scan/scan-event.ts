import type { Device, DeviceFunction } from '../../../src/policy/device.ts'
import type { Verdict } from '../../../src/policy/verdict.ts'
import type { NewEvent } from '../../../src/protocol/events.ts'
import { describeDevice } from '../outcome-event.ts'
import type { ScanJudgement, ScanReport } from './judge.ts'

export type Scanned = Readonly<{
  device: Device
  instance: string
  fn: DeviceFunction
  verdict: Verdict
  /** Ids of the media that were in. */
  media: readonly string[]
  report: ScanReport
  judgement: ScanJudgement
  isOpened: boolean
  durationMs: number
}>

const maxListed = 20

/** The journal's line for one scan: what was found, by what, and what became of the medium. */
export function scanEvent(scanned: Scanned): NewEvent {
  const { device, instance, fn, verdict, media, report, judgement, isOpened, durationMs } = scanned
  const { result, why } = judgement
  const infected = report.scans.flatMap((scan) => scan.infected)
  const [first] = infected
  const data = {
    device,
    instance,
    function: fn.key,
    verdict,
    media,
    result,
    why: why.slice(0, maxListed),
    isOpened,
    engine: report.scanner?.engine ?? null,
    database: report.scanner?.database ?? null,
    files: report.scans.reduce((sum, scan) => sum + scan.files, 0),
    bytes: report.scans.reduce((sum, scan) => sum + scan.bytes, 0),
    durationMs,
    volumes: report.volumes.map(({ node, type, state }) => ({ node, type, state })),
  }
  const subject = describeDevice(device, fn.key)
  if (result !== 'infected') {
    const severity = result === 'clean' ? 'info' : isOpened ? 'medium' : 'high'
    return { kind: 'media.scanned', control: 'media.import-scan', severity, subject, data }
  }
  return {
    kind: 'media.infected',
    control: 'media.import-scan',
    subject,
    data: {
      ...data,
      file: first?.path ?? '',
      signature: first?.signature ?? '',
      infected: infected.slice(0, maxListed),
      infectedCount: infected.length,
    },
  }
}
