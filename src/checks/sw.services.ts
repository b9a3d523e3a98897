import { z } from 'zod'
import { defineCheck, failed, type JudgeContext, type Judgement, passed, unknown } from './check.ts'
import { item, listNames } from './item.ts'
import { matchesName } from './name-pattern.ts'
import { explainFailure, known, outputOf, rowsOf, textOf, unreadable } from './raw.ts'
import type { Parsed, Raws } from './reading.ts'
import { textIn } from './row.ts'

const servicesFactsSchema = z.strictObject({
  services: z
    .array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        /** Null: what runs could not be listed. */
        isRunning: z.boolean().nullable(),
        /** Starts with the machine. */
        isEnabled: z.boolean(),
      }),
    )
    .max(4000),
})
export type ServicesFacts = z.infer<typeof servicesFactsSchema>
type Service = ServicesFacts['services'][number]

export const swServices = defineCheck({
  id: 'sw.services',
  schema: servicesFactsSchema,
  linux: {
    readings: () => ({
      files: {
        kind: 'command',
        program: 'systemctl',
        args: ['list-unit-files', '--type=service,socket', '--no-legend', '--no-pager', '--full'],
      },
      running: {
        kind: 'command',
        program: 'systemctl',
        args: [
          'list-units',
          '--type=service,socket',
          '--state=active',
          '--no-legend',
          '--no-pager',
          '--plain',
          '--full',
        ],
      },
      inetd: { kind: 'file', path: '/etc/inetd.conf' },
    }),
    parse: parseLinux,
    watch: () => ['/etc/systemd/system', '/etc/inetd.conf'],
  },
  windows: {
    readings: () => ({
      services: {
        kind: 'query',
        namespace: 'root\\CIMV2',
        query: 'SELECT Name, DisplayName, State, StartMode FROM Win32_Service',
      },
    }),
    parse: parseWindows,
  },
  judge: judgeServices,
  remedy: {
    ja: '業務に必要のないサービスを停止し、自動で起動しないようにしてください（Linux: systemctl disable --now 名前、Windows: サービスの「スタートアップの種類」を無効）。必要なサービスであれば、ポリシーの software.deniedServices の見直しを申し出てください。',
    en: 'Stop the services that are not needed and keep them from starting (Linux: `systemctl disable --now NAME`, Windows: start type Disabled). Where one is needed, have `software.deniedServices` of the policy looked at again.',
  },
})

function parseLinux(raws: Raws): Parsed<ServicesFacts> {
  const files = outputOf(raws, 'files')
  // Every system with systemd has units: without one, what was read was not understood.
  if (files === null || files.trim() === '') return unreadable(explainFailure(raws, 'files'))
  const running = outputOf(raws, 'running')
  const active = running === null ? null : new Set(firstWords(running))
  const units = files.split('\n').flatMap((line) => {
    const [unit, state] = line.trim().split(/\s+/)
    return unit === undefined || unit === '' ? [] : [{ unit, isEnabled: /^enabled/.test(state ?? '') }]
  })
  const names = new Map(units.map(({ unit, isEnabled }) => [unit, isEnabled] as const))
  for (const unit of active ?? []) if (!names.has(unit)) names.set(unit, false)
  const services = [...names].map(([unit, isEnabled]) => ({
    name: unit.replace(/\.(service|socket)$/, ''),
    title: unit,
    isRunning: active === null ? null : active.has(unit),
    isEnabled,
  }))
  return known({ services: [...services, ...inetdServices(textOf(raws, 'inetd') ?? '')] })
}

/** `telnet stream tcp nowait root /usr/sbin/tcpd /usr/sbin/in.telnetd`: it runs as soon as somebody connects. */
function inetdServices(text: string): Service[] {
  return text.split('\n').flatMap((line) => {
    const fields = line.trim().split(/\s+/)
    if (line.trim().startsWith('#') || fields.length < 6) return []
    const program =
      fields
        .slice(5)
        .findLast((field) => field.startsWith('/'))
        ?.split('/')
        .at(-1) ?? ''
    return [...new Set([fields[0] ?? '', program.replace(/^in\./, '')])]
      .filter((name) => name !== '')
      .map((name) => ({ name, title: `${fields[0]} (inetd)`, isRunning: true, isEnabled: true }))
  })
}

function firstWords(output: string): readonly string[] {
  return output.split('\n').flatMap((line) => line.trim().split(/\s+/)[0] || [])
}

/** State and StartMode are the same words in every language of Windows. */
function parseWindows(raws: Raws): Parsed<ServicesFacts> {
  const rows = rowsOf(raws, 'services')
  if (rows === null) return unreadable(explainFailure(raws, 'services'))
  const services = rows.flatMap((row) => {
    const name = textIn(row, 'Name')
    if (name === null) return []
    const state = textIn(row, 'State')
    const isRunning = state === null ? null : state === 'Running'
    return [
      { name, title: textIn(row, 'DisplayName') ?? name, isRunning, isEnabled: textIn(row, 'StartMode') === 'Auto' },
    ]
  })
  return known({ services })
}

export function judgeServices({ services }: ServicesFacts, { policy }: JudgeContext): Judgement | null {
  const { deniedServices } = policy.software
  if (deniedServices.length === 0) return null
  const there = services.filter(({ name }) => deniedServices.some((pattern) => matchesName(pattern, name)))
  const wrong = there.filter(({ isRunning, isEnabled }) => isRunning === true || isEnabled)
  if (wrong.length > 0) {
    const { ja, en } = listNames([...new Set(wrong.map(({ name }) => name))])
    return failed(
      `使用しないと定めたサービスが動作しているか、自動で起動します（${ja}）`,
      `Services that the policy denies run or start by themselves (${en})`,
      wrong.map(describe),
    )
  }
  const untold = there.filter(({ isRunning }) => isRunning === null)
  if (untold.length > 0) {
    const { ja, en } = listNames(untold.map(({ name }) => name))
    return unknown(
      `${ja} が入っていますが、動作しているかどうかを読み取れません`,
      `${en} is installed; whether it runs cannot be read`,
    )
  }
  return passed(
    `使用しないと定めたサービスは動作していません（${services.length}件を確認）`,
    `No service runs that the policy denies (${services.length} looked at)`,
  )
}

function describe({ name, title, isRunning, isEnabled }: Service) {
  const ja = [isRunning === true ? '動作中' : '', isEnabled ? '自動起動' : ''].filter(Boolean).join('・')
  const en = [isRunning === true ? 'running' : '', isEnabled ? 'starts by itself' : ''].filter(Boolean).join(', ')
  return item(title === name ? name : `${name} ${title}`, `${title}: ${ja}`, `${title}: ${en}`)
}
