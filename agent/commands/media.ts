import { z } from 'zod'
import { TanmoriError } from '../../src/errors.ts'
import { isMediaClass } from '../../src/policy/media-class.ts'
import { registeredMediumSchema } from '../../src/policy/schema.ts'
import { askAdmin, askStatus } from '../control/client.ts'
import { type CommandContext, type ExitStatus, print } from './context.ts'

const stateSchema = z.object({
  policy: z.object({ media: z.object({ registered: z.array(registeredMediumSchema) }) }).nullable(),
})

/** `tanmori media list`: plugged-in media for everyone; the registered ones, which name people, for root. */
export async function listMedia(context: CommandContext): Promise<ExitStatus> {
  const { runDir } = context.config().places
  const status = await askStatus(runDir)
  const plugged = status.plugged.filter(({ device }) => device.functions.some((fn) => isMediaClass(fn.class)))
  const registered = await readRegistered(runDir)
  const words = texts[context.language]
  const lines = [
    words.plugged,
    ...plugged.map(
      ({ device, verdicts }) =>
        `  ${device.vendor} ${device.product} ${device.vendorId ?? ''}:${device.productId ?? ''} ${device.serial ?? words.noSerial}  ${verdicts.map(({ access, ruleId }) => `${words.accesses[access]} (${ruleId})`).join(', ')}`,
    ),
    words.registered,
    ...(registered === null
      ? [`  ${words.rootOnly}`]
      : registered.map(
          ({ id, label, access, holder, until }) =>
            `  ${id}  ${label}  ${words.accesses[access]}  ${holder ?? ''}  ${until ?? ''}`,
        )),
  ]
  print(context, { plugged, registered }, lines.join('\n'))
  return 0
}

async function readRegistered(runDir: string): Promise<readonly z.infer<typeof registeredMediumSchema>[] | null> {
  try {
    const { policy } = await askAdmin(runDir, { method: 'policy.show' }, stateSchema)
    return policy?.media.registered ?? []
  } catch (error) {
    if (error instanceof TanmoriError && error.details.isForbidden === true) return null
    throw error
  }
}

const texts = {
  ja: {
    plugged: '接続中の記憶媒体',
    registered: '登録済みの記憶媒体',
    noSerial: '（製造番号なし）',
    rootOnly: '管理者だけが見られます',
    accesses: { block: '使用不可', 'read-only': '読み取り専用', 'read-write': '読み書き可' },
  },
  en: {
    plugged: 'Plugged in',
    registered: 'Registered',
    noSerial: '(no serial)',
    rootOnly: 'only root may see these',
    accesses: { block: 'refused', 'read-only': 'read-only', 'read-write': 'read-write' },
  },
} as const
